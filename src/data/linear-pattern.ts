import { SignatureError } from '../errors/signature-error.ts'
import { parsePattern } from './parse-pattern.ts'
import { patternProgram } from './pattern-program.ts'
import { runPattern } from './run-pattern.ts'

/** A regular expression that is matched in a time linear in the length of the text, whatever the text. */
export interface LinearPattern {
  /** As written. */
  readonly source: string
  /** Whether the text has a match anywhere; anchor with `^` and `$` to have all of it match. */
  test(text: string): boolean
}

/** Steps of a compiled pattern at most: the work for one letter of the text. */
const maxSteps = 10_000

/**
 * A regular expression for the `pattern` of a field, safe on what a model writes: it has no way to backtrack, so `(a+)+$`
 * takes as long as `a`.
 *
 * Takes what JavaScript takes with the flag `u`, and gives its verdict: letters, `.`, classes, `\d \w \s \b` and their
 * opposites, escapes of characters, `^`, `$`, groups, `|`, quantifiers. Not: references to groups, lookahead and lookbehind,
 * named groups, `\p{…}`, counts above 1,000.
 *
 * @throws SignatureError `signature/parse` for what it does not take, with the offset and what to write
 * @see Thompson 1968, Regular Expression Search Algorithm, CACM 11(6); Cox 2007, Regular Expression Matching Can Be Simple
 * And Fast. Deviates in that counted repetitions are written out, within a bound.
 * @example
 * const extract = signature({
 *   inputs: { mail: 'string' },
 *   outputs: { order: { constraints: { pattern: linearPattern('^[A-Z]{2}-\\d{6}$') } } },
 * })
 */
export const linearPattern = (source: string): LinearPattern => {
  const program = patternProgram(parsePattern(source), maxSteps)
  if (program === undefined) {
    throw new SignatureError(
      'signature/parse',
      `Expected a pattern of at most ${maxSteps} steps, its counts written out. Lower the counts, or use maxLength.`,
      { source, offset: 0, expected: `at most ${maxSteps} steps` },
    )
  }
  return { source, test: text => runPattern(program, text).matched }
}
