import type { TokenVocabulary } from '../../src/inference/token-constraint.ts'

const words = [
  ...['true', 'false', 'null', 'yes', 'no', 'ab', 'abc', '": ', '", "', '{"', '"}', '\n\n', '[[', ' ## ', ']]\n', '12'],
  ...['label', 'billing', 'other', 'completed', ' ##', 'é', 'the', ' the', 'quick', ' quick'],
]

/** All bytes, some words, a token that is no text (282) and one that ends an answer (283). Texts take their longest words. */
export const smallVocabulary = (): TokenVocabulary & {
  readonly end: number
  readonly noText: number
  textOf(tokens: readonly number[]): string
} => {
  const encoder = new TextEncoder()
  const bytes = [
    ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
    ...words.map(word => encoder.encode(word)),
  ]
  const longest = words
    .map((word, index) => ({ word, token: 256 + index }))
    .sort((a, b) => b.word.length - a.word.length)
  const noText = bytes.length
  const end = noText + 1
  return {
    size: end + 1,
    noText,
    end,
    bytesOf: token => bytes[token],
    encode(text) {
      const tokens: number[] = []
      for (let at = 0; at < text.length; ) {
        const found = longest.find(({ word }) => text.startsWith(word, at))
        const character = found?.word ?? String.fromCodePoint(text.codePointAt(at) ?? 0)
        tokens.push(...(found === undefined ? encoder.encode(character) : [found.token]))
        at += character.length
      }
      return tokens
    },
    endTokens: new Set([end]),
    textOf: tokens => new TextDecoder().decode(Uint8Array.from(tokens.flatMap(token => [...(bytes[token] ?? [])]))),
  }
}
