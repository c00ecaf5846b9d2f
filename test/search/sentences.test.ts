import { describe, expect, test } from 'vitest'
import { sentenceBook } from '../../src/search/sentences.ts'

describe('sentenceBook', () => {
  test('reads lines and the sentences in them, without the marks of lists', () => {
    const read = sentenceBook().read('Look twice. Then answer!\n- damp boxes go to jade\n2) torn ones to teal')
    expect(read.map(({ text }) => text)).toEqual([
      'Look twice.',
      'Then answer!',
      'damp boxes go to jade',
      'torn ones to teal',
    ])
  })

  test('knows a sentence again in another text, and where a word differs', () => {
    const book = sentenceBook()
    const [first] = book.read('A note that speaks of a torn seal goes to the teal desk.')
    const [again] = book.read('* A note that speaks of a torn seal goes to the TEAL desk')
    const [nearly] = book.read('A note that speaks of any torn seal goes to the teal desk.')
    const [other] = book.read('A note that speaks of a wet box goes to the jade desk.')
    expect(again?.id).toBe(first?.id)
    expect(nearly?.id).toBe(first?.id)
    expect(other?.id).not.toBe(first?.id)
  })

  test('gives a sentence that a text repeats once', () => {
    expect(sentenceBook().read('Be brief. Be brief.\nbe brief')).toHaveLength(1)
  })
})
