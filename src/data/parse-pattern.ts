import { anyCode, escapedClasses } from './pattern-classes.ts'
import { type CodeRanges, joined, others, type PatternNode } from './pattern-node.ts'
import { type PatternReader, patternReader } from './pattern-reader.ts'

/** Groups nested deeper than this are refused before they can exhaust the stack. */
const maxDepth = 100

/** A counted repetition may ask for so many. */
const maxCount = 1_000

/**
 * Reads a regular expression of the part of JavaScript's syntax (flag `u`) that needs no backtracking: letters, `.`, classes,
 * escapes, `^` `$` `\b` `\B`, groups, `|`, and quantifiers of at most 1,000.
 *
 * @throws SignatureError `signature/parse` for everything else, with the offset
 */
export const parsePattern = (source: string): PatternNode => {
  const reader = patternReader(source)
  const node = choice(reader, 0)
  if (reader.peek() !== '') throw reader.error('no closing parenthesis without an opening one', "Write '\\)'.")
  return node
}

const choice = (reader: PatternReader, depth: number): PatternNode => {
  if (depth > maxDepth) throw reader.error(`at most ${maxDepth} nested groups`, 'Flatten the pattern.')
  const parts = [sequence(reader, depth)]
  while (reader.accept('|')) parts.push(sequence(reader, depth))
  const [only, ...more] = parts
  return only !== undefined && more.length === 0 ? only : { kind: 'choice', parts }
}

const sequence = (reader: PatternReader, depth: number): PatternNode => {
  const parts: PatternNode[] = []
  while (!['', '|', ')'].includes(reader.peek())) parts.push(quantified(reader, depth))
  return { kind: 'sequence', parts }
}

const quantified = (reader: PatternReader, depth: number): PatternNode => {
  const { offset } = reader
  const part = atom(reader, depth)
  const counts = countsOf(reader)
  if (counts === undefined) return part
  if (part.kind === 'place')
    throw reader.error('a quantifier behind what has a length', 'Take the quantifier away.', offset)
  // Whether it takes as much or as little as it can does not change whether there is a match.
  reader.accept('?')
  return { kind: 'repeat', part, ...counts }
}

const countsOf = (reader: PatternReader): { readonly min: number; readonly max: number } | undefined => {
  if (reader.accept('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
  if (reader.accept('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
  if (reader.accept('?')) return { min: 0, max: 1 }
  const { offset } = reader
  if (!reader.accept('{')) return undefined
  const min = reader.number()
  const max = reader.accept(',') ? (reader.number() ?? Number.POSITIVE_INFINITY) : min
  if (min === undefined || max === undefined || !reader.accept('}')) {
    throw reader.error('counts between braces', "Write '{2}', '{2,}' or '{2,5}', or '\\{' for a brace.", offset)
  }
  if (min > max) throw reader.error('counts in order', 'Write the smaller one first.', offset)
  if (min > maxCount || (max !== Number.POSITIVE_INFINITY && max > maxCount)) {
    throw reader.error(
      `counts of at most ${maxCount}`,
      'Use minLength and maxLength for the length of the whole.',
      offset,
    )
  }
  return { min, max }
}

const atom = (reader: PatternReader, depth: number): PatternNode => {
  const { offset } = reader
  const letter = reader.take()
  switch (letter) {
    case '(':
      return group(reader, depth, offset)
    case '[':
      return { kind: 'one', of: classOf(reader, offset) }
    case '.':
      return { kind: 'one', of: anyCode }
    case '^':
      return { kind: 'place', at: 'start' }
    case '$':
      return { kind: 'place', at: 'end' }
    case '\\':
      return escaped(reader)
    case '*':
    case '+':
    case '?':
      throw reader.error('something to repeat', `Write '\\${letter}' for the letter.`, offset)
    case '{':
    case '}':
    case ']':
      throw reader.error('a letter, a class or a group', `Write '\\${letter}' for the letter.`, offset)
    default:
      return { kind: 'one', of: [just(letter.codePointAt(0) ?? 0)] }
  }
}

const group = (reader: PatternReader, depth: number, offset: number): PatternNode => {
  if (reader.accept('?') && !reader.accept(':')) {
    throw reader.error(
      'a group that looks neither ahead nor behind and has no name',
      "Write '(…)' or '(?:…)'; test what stands around in a second pattern.",
      offset,
    )
  }
  const node = choice(reader, depth + 1)
  if (!reader.accept(')')) throw reader.error('a closing parenthesis', "Close the group, or write '\\('.", offset)
  return node
}

const escaped = (reader: PatternReader): PatternNode => {
  if (reader.accept('b')) return { kind: 'place', at: 'boundary' }
  if (reader.accept('B')) return { kind: 'place', at: 'inside' }
  const ranges = escapedClasses.get(reader.peek())
  if (ranges !== undefined) {
    reader.take()
    return { kind: 'one', of: ranges }
  }
  return { kind: 'one', of: [just(reader.escaped(''))] }
}

const just = (code: number): readonly [number, number] => [code, code]

const classOf = (reader: PatternReader, offset: number): CodeRanges => {
  const isNegated = reader.accept('^')
  const ranges: (readonly [number, number])[] = []
  while (!reader.accept(']')) {
    const from = reader.offset
    const first = member(reader, offset)
    if (!reader.accept('-')) ranges.push(...(typeof first === 'number' ? [just(first)] : first))
    else if (reader.peek() === ']') ranges.push(...(typeof first === 'number' ? [just(first)] : first), just(0x2d))
    else {
      const last = member(reader, offset)
      if (typeof first !== 'number' || typeof last !== 'number' || first > last) {
        throw reader.error('a range of letters in order', "Write 'a-z', or '\\-' for the letter.", from)
      }
      ranges.push([first, last])
    }
  }
  return isNegated ? others(ranges) : joined(ranges)
}

/** One letter of a class, or a class within it. */
const member = (reader: PatternReader, offset: number): number | CodeRanges => {
  const letter = reader.take()
  if (letter === '') throw reader.error('a closing bracket', "Close the class, or write '\\['.", offset)
  if (letter !== '\\') return letter.codePointAt(0) ?? 0
  if (reader.accept('b')) return 0x08
  const ranges = escapedClasses.get(reader.peek())
  if (ranges === undefined) return reader.escaped('-')
  reader.take()
  return ranges
}
