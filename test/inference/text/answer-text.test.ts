import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerText } from '../../../src/inference/text/answer-text.ts'

/** Every byte is a token, 256 is a special one. */
const bytes = {
  stripsSpace: false,
  bytesOf: (token: number) => (token < 256 ? Uint8Array.of(token) : undefined),
}
const tokensOf = (text: string): number[] => [...new TextEncoder().encode(text)]

/** What was told token by token, and what was held back to the end. */
const told = (text: string, stop: readonly string[], tokenizer = bytes) => {
  const answer = answerText(tokenizer, stop)
  const pieces: string[] = []
  for (const token of tokensOf(text)) {
    pieces.push(answer.push(token))
    if (answer.stopped) break
  }
  return { pieces: [...pieces, answer.end()].filter(piece => piece !== ''), stopped: answer.stopped }
}

describe('a stop text', () => {
  test.each<[string, readonly string[], readonly string[], boolean]>([
    ['one two', ['two'], ['o', 'n', 'e', ' '], true],
    ['one tw', ['two'], ['o', 'n', 'e', ' ', 'tw'], false],
    // What may begin one is held until it is none.
    ['aab', ['aaa'], ['aab'], false],
    ['ababac', ['abac'], ['ab'], true],
    // The first that is whole ends the answer, even if a longer one had begun.
    ['abcd', ['abcd', 'c'], ['ab'], true],
    ['xab', ['b', 'ab'], ['x'], true],
    ['one', ['one'], [], true],
    ['aé', ['é'], ['a'], true],
    ['a😀b', ['😀'], ['a'], true],
    ['one', [''], ['o', 'n', 'e'], false],
    ['one', ['', 'e'], ['o', 'n'], true],
  ])('in %j of %j leaves %j', (text, stop, pieces, stopped) => {
    expect(told(text, stop)).toEqual({ pieces, stopped })
  })

  test('ends an answer at its first place, wherever tokens end', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '한'), maxLength: 14 })
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    })
    fc.assert(
      fc.property(letters, stops, (text, stop) => {
        const { pieces, stopped } = told(text, stop)
        // The first that is whole, and of those the one that begins first.
        const ends = stop.filter(one => text.includes(one)).map(one => text.indexOf(one) + one.length)
        const first = Math.min(...ends)
        const begins = stop
          .filter(one => text.indexOf(one) + one.length === first && text.includes(one))
          .map(one => first - one.length)
        expect([pieces.join(''), stopped]).toEqual([
          ends.length > 0 ? text.slice(0, Math.min(...begins)) : text,
          ends.length > 0,
        ])
      }),
    )
  })

  test('that comes whole with others in one token ends at the first in the text', () => {
    const word = { stripsSpace: false, bytesOf: () => new TextEncoder().encode('one two three') }
    const answer = answerText(word, ['three', 'two'])
    expect([answer.push(0), answer.stopped, answer.push(0), answer.end()]).toEqual(['one ', true, '', ''])
  })
})

test('half a character at the end is the sign for none', () => {
  const answer = answerText(bytes, [])
  expect([answer.push(0xe2), answer.push(0x82), answer.end()]).toEqual(['', '', '\uFFFD'])
})

test('special tokens have no text, and the first space is nobody’s where the tokenizer says so', () => {
  const answer = answerText({ ...bytes, stripsSpace: true }, [])
  expect([256, 32, 97, 32].map(answer.push).join('') + answer.end()).toBe('a ')
})
