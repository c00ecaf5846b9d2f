import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Piece, wordDiff } from '../../../node/report/word-diff.ts'

const textOf = (pieces: readonly Piece[], ...kinds: readonly Piece['kind'][]): string =>
  pieces
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join('')

const words = fc.array(fc.constantFrom('a', 'be', 'the', ' ', '\n', 'label', 'review,', 'wholly '), { maxLength: 40 })
const texts = fc.oneof(
  fc.string(),
  words.map(list => list.join('')),
)

describe('wordDiff', () => {
  test('tells which words were put in and which were taken out', () => {
    expect(wordDiff('Say where the note belongs.', 'Say quickly where the note belongs.')).toEqual([
      { kind: 'same', text: 'Say ' },
      { kind: 'added', text: 'quickly ' },
      { kind: 'same', text: 'where the note belongs.' },
    ])
    expect(wordDiff('', 'New.')).toEqual([{ kind: 'added', text: 'New.' }])
    expect(wordDiff('Same.', 'Same.')).toEqual([{ kind: 'same', text: 'Same.' }])
  })

  test('takes words that both have by accident as changed', () => {
    expect(wordDiff('Say where the note belongs.', 'Stay close to the text of all.')).toEqual([
      { kind: 'removed', text: 'Say where the note belongs.' },
      { kind: 'added', text: 'Stay close to the text of all.' },
    ])
  })

  test('leads from the one text to the other, and says the same of equal texts', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const pieces = wordDiff(before, after)
        expect(textOf(pieces, 'same', 'removed')).toBe(before)
        expect(textOf(pieces, 'same', 'added')).toBe(after)
        expect(pieces.every(({ text }) => text !== '')).toBe(true)
        if (before === after) expect(pieces.every(({ kind }) => kind === 'same')).toBe(true)
      }),
    )
  })

  test('has neighbors of different kinds only, what was removed before what was added', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const kinds = wordDiff(before, after).map(({ kind }) => kind)
        expect(kinds.join(' ')).not.toMatch(/(same same|removed removed|added added|added removed)/)
      }),
    )
  })

  test('compares texts of any length', () => {
    const long = (word: string) => `begin ${`${word} `.repeat(4_000)}end`
    const pieces = wordDiff(long('one'), long('two'))
    expect(textOf(pieces, 'same', 'added')).toBe(long('two'))
  })
})
