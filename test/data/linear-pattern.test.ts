import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linearPattern } from '../../src/data/linear-pattern.ts'
import { parsePattern } from '../../src/data/parse-pattern.ts'
import { patternProgram } from '../../src/data/pattern-program.ts'
import { runPattern } from '../../src/data/run-pattern.ts'

/** Of few letters, so that patterns and texts meet. */
const letters = fc.constantFrom('a', 'b', 'A', '0', '_', '-', ' ', '\n', '.', 'é', '😀', '\u2028')

const atoms = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'A', '0', '_', ' ', 'é', '😀') },
  fc.constantFrom(
    '.',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\.',
    '\\n',
    '\\x61',
    '\\u0061',
    '\\u{1F600}',
    '\\ud83d\\ude00',
  ),
  fc.constantFrom(
    '[ab]',
    '[^ab]',
    '[a-c0-9]',
    '[^\\w]',
    '[\\s-]',
    '[-a]',
    '[a-]',
    '[]',
    '[^]',
    '[\\]\\-]',
    '[^😀]',
    '[\\b]',
  ),
)

const bounds = fc.constantFrom('', '', '', '?', '??', '{2}', '{0}', '{0,2}', '{1,3}?')
const loops = fc.constantFrom('*', '+', '*?', '+?', '{1,}', '{2,}')
const places = fc.constantFrom('^', '$', '\\b', '\\B')

/** A loop has no loop within it: the platform, which backtracks, would take for ever. */
const branchesOf = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(
      fc.array(part, { maxLength: 4 }).map(parts => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map(branches => branches.join('|'))

const quantified = (part: fc.Arbitrary<string>, counts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(part, counts).map(pieces => pieces.join(''))

const grouped = (inside: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom('(', '(?:'), inside).map(([open, pattern]) => `${open}${pattern})`)

const loopless = branchesOf(fc.oneof(quantified(atoms, bounds), places))
const looped = branchesOf(
  fc.oneof(
    quantified(atoms, bounds),
    quantified(atoms, loops),
    places,
    quantified(grouped(loopless), fc.oneof(bounds, loops)),
  ),
)
const pattern = fc.oneof(looped, branchesOf(fc.oneof(quantified(grouped(looped), bounds), places)))

const visitsOf = (source: string, text: string): { readonly visits: number; readonly most: number } => {
  const program = patternProgram(parsePattern(source), 10_000) ?? []
  return { visits: runPattern(program, text).visits, most: program.length * (text.length + 1) }
}

describe('linearPattern', () => {
  test("gives the verdict of the platform's RegExp on random patterns and texts", () => {
    const texts = fc.array(letters, { maxLength: 8 }).map(pieces => pieces.join(''))
    fc.assert(
      fc.property(pattern, fc.array(texts, { minLength: 1, maxLength: 5 }), (source, some) => {
        // V8 looks for a place between two letters inside of a surrogate pair too, where ECMAScript has none.
        const all = source.includes('\\B') ? some.map(text => text.replaceAll('😀', 'é')) : some
        const theirs = new RegExp(source, 'u')
        const ours = linearPattern(source)
        expect(all.map(text => ours.test(text))).toEqual(all.map(text => theirs.test(text)))
      }),
      { numRuns: 2_000 },
    )
  })

  test('takes no text of any letters for a pattern that the platform refuses', () => {
    const source = fc
      .array(fc.constantFrom(...'ab01-,^$\\.*+?()[]{}|/:=!<kbBdwsux'), { maxLength: 8 })
      .map(pieces => pieces.join(''))
    fc.assert(
      fc.property(source, text => {
        let ours: { test(text: string): boolean } | undefined
        try {
          ours = linearPattern(text)
        } catch (error) {
          expect(error).toMatchObject({ name: 'SignatureError', code: 'signature/parse', source: text })
        }
        if (ours === undefined) return
        const theirs = new RegExp(text, 'u')
        for (const sample of ['', 'a', 'ab01', '-', ',', '()', 'b b'])
          expect(ours.test(sample)).toBe(theirs.test(sample))
      }),
      { numRuns: 5_000 },
    )
  })

  test.each(['(a*)*b', '((a|b)*)*$', '^(a*)+$', '((a?)*b?)*0', '(?:(?:a*)*)*\\B'])(
    'gives its verdict on loops within loops: %s',
    source => {
      for (const text of ['', 'a', 'b', 'aab', 'aba0', 'aaaa ', ' 0']) {
        expect(linearPattern(source).test(text)).toBe(new RegExp(source, 'u').test(text))
      }
    },
  )

  test.each([
    ['(a+)+$', `${'a'.repeat(100_000)}b`],
    ['^(a|aa)+$', `${'a'.repeat(100_000)}b`],
    ['(.*)*x', 'a'.repeat(100_000)],
    ['^(\\w+\\s?)*$', `${'word '.repeat(20_000)}!`],
    ['(a?){50}a{50}', 'a'.repeat(49)],
  ])('takes steps in proportion to the text for %s', (source, text) => {
    const { visits, most } = visitsOf(source, text)
    expect(visits).toBeLessThanOrEqual(most)
    expect(linearPattern(source).test(text)).toBe(false)
  })

  test.each([
    ['(a)\\1', 3, 'Write out what repeats.'],
    ['a(?=b)', 1, 'has no name'],
    ['(?<!a)b', 0, "Write '(…)' or '(?:…)'"],
    ['(?<year>\\d+)', 0, "Write '(…)' or '(?:…)'"],
    ['\\p{L}', 0, '[a-zà-ÿ]'],
    ['\\k<a>', 0, 'Write out what repeats.'],
    ['a{1,1001}', 1, 'minLength and maxLength'],
    ['(a{1000}){1000}', 0, 'Lower the counts'],
    ['a{2,1}', 1, 'smaller one first'],
    ['a**', 2, "Write '\\*'"],
    ['^*', 0, 'Take the quantifier away'],
    ['(a', 0, 'Close the group'],
    ['a)', 1, "Write '\\)'"],
    ['[a', 0, 'Close the class'],
    ['[z-a]', 1, "Write 'a-z'"],
    ['a]', 1, "Write '\\]'"],
    ['a{', 1, "Write '{2}'"],
    ['\\q', 0, 'Leave the backslash out'],
    ['('.repeat(200), 101, 'Flatten the pattern'],
    [`${'a|'.repeat(20_000)}a`, 0, 'Lower the counts'],
  ])('refuses %.20s, says where and what to write', (source, offset, remedy) => {
    expect(() => linearPattern(source)).toThrow(
      expect.objectContaining({ code: 'signature/parse', source, offset, message: expect.stringContaining(remedy) }),
    )
  })

  test('finds a match anywhere, unless it is anchored', () => {
    expect(linearPattern('[A-Z]{3}').test('the ABC of it')).toBe(true)
    expect(linearPattern('^[A-Z]{3}$').test('the ABC of it')).toBe(false)
    expect(linearPattern('^[A-Z]{3}$').test('ABC')).toBe(true)
    expect(linearPattern('').test('')).toBe(true)
  })
})
