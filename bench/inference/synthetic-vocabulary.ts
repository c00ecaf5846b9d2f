import { derive } from '../../src/data/seeded-random.ts'
import type { TokenVocabulary } from '../../src/inference/token-constraint.ts'

const letters = 'etaoinshrdlucmfwypvbgkjqxz'
const marks = '{}[]":,.\n0123456789_-()#=;/'

/** Words as a large tokenizer has them: all bytes, letters by their frequency, a space before half, marks here and there. */
export const syntheticVocabulary = (size: number): TokenVocabulary => {
  const random = derive(11, 'vocabulary')
  const words = new Set<string>()
  while (words.size < size - 257) {
    let word = random.random() < 0.5 ? ' ' : ''
    for (let left = random.integer(1, 9); left > 0; left -= 1) {
      const from = random.random() < 0.03 ? marks : letters
      word += from.charAt(Math.floor(random.random() * random.random() * from.length))
    }
    words.add(random.random() < 0.1 ? word.toUpperCase() : word)
  }
  const encoder = new TextEncoder()
  const bytes = [
    ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
    ...[...words].map(word => encoder.encode(word)),
  ]
  return {
    size,
    bytesOf: token => bytes[token],
    encode: text => [...encoder.encode(text)],
    endTokens: new Set([size - 1]),
  }
}
