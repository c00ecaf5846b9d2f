import { beforeAll, describe, expect, test } from 'vitest'
import { bringTextLibraries } from '../../../src/inference/bring-text-libraries.ts'
import { answerText } from '../../../src/inference/text/answer-text.ts'
import { type FileTokenizer, tokenizerFromFiles } from '../../../src/inference/text/tokenizer-from-files.ts'
import recorded from '../../vectors/tokenizer/byte-level.json' with { type: 'json' }
import { filesOf } from '../files-of.ts'

interface Row {
  readonly text: string
  readonly tokens: readonly number[]
  /** Where it is not the text. */
  readonly said?: string
  /** The tokens without added tokens, where they are others. */
  readonly plain?: readonly number[]
}
const texts: readonly Row[] = recorded.texts

/** The text with U+FFFD for half a pair of surrogates. */
const wellFormed = (text: string): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))

let tokenizer: FileTokenizer

beforeAll(async () => {
  const files = filesOf({ 'tokenizer.json': recorded.tokenizer })
  tokenizer = await tokenizerFromFiles(files, { libraries: bringTextLibraries })
})

describe(`a byte-level tokenizer, beside ${recorded.source}`, () => {
  test('has the same tokens for every text', () => {
    for (const { text, tokens } of texts) expect([text, tokenizer.encode(text)]).toEqual([text, tokens])
  })

  test('has the same text for its tokens, and for tokens that are no characters', () => {
    for (const { text, tokens, said = text } of texts) expect(tokenizer.decode(tokens)).toBe(said)
    for (const { tokens, said } of recorded.drawn) expect([tokens, tokenizer.decode(tokens)]).toEqual([tokens, said])
  })

  test('tells the same text token by token, never half a character', () => {
    for (const { tokens } of [...texts, ...recorded.drawn]) {
      const text = answerText(tokenizer, [])
      const pieces = [...tokens.map(text.push), text.end()]
      expect(pieces.join('')).toBe(tokenizer.decode(tokens))
      for (const piece of pieces) expect(wellFormed(piece)).toBe(piece)
    }
  })

  test('has for marked texts the tokens of a tokenizer without special tokens and tags', () => {
    expect(texts.filter(row => row.plain !== undefined).length).toBeGreaterThan(30)
    for (const { text, tokens, plain = tokens } of texts) {
      expect([text, tokenizer.plain?.encode(tokenizer.plain.marked(text, 'anybody'))]).toEqual([text, plain])
    }
  })
})
