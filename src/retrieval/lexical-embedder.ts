import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Embedder } from '../ports/embedder.ts'
import { functionEmbedder } from './function-embedder.ts'

export interface LexicalEmbedderOptions {
  /** Numbers of a vector; 512 when absent. */
  readonly dimensions?: number
}

/**
 * An embedder without a model: texts are near that share words, or pieces of words. It knows no meaning, costs nothing
 * and runs anywhere; good enough to find the training rows that look like an input.
 *
 * Every word and every run of three letters in it is hashed to a place and a sign (feature hashing), by its count's
 * square root; vectors have length 1, that of a text without letters and digits is zero.
 *
 * @see Weinberger et al. 2009, arXiv:0902.2206
 * @throws ConfigurationError `configuration/invalid` for dimensions that are not a whole number of at least 8
 * @example
 * const embedder = lexicalEmbedder()
 */
export const lexicalEmbedder = ({ dimensions = 512 }: LexicalEmbedderOptions = {}): Embedder => {
  if (!(Number.isSafeInteger(dimensions) && dimensions >= 8)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected dimensions of lexicalEmbedder() to be a whole number of at least 8, got ${dimensions}. Write dimensions: 512.`,
      { option: 'dimensions' },
    )
  }
  return functionEmbedder({
    id: `lexical/1@${dimensions}`,
    embed: texts => texts.map(text => vectorOf(text, dimensions)),
  })
}

const vectorOf = (text: string, dimensions: number): Float32Array => {
  const counts = new Map<string, number>()
  const count = (feature: string): void => {
    counts.set(feature, (counts.get(feature) ?? 0) + 1)
  }
  for (const word of text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) {
    count(`=${word}`)
    const letters = ['^', ...word, '$']
    for (let start = 0; start + 3 <= letters.length; start += 1) count(letters.slice(start, start + 3).join(''))
  }
  const vector = new Float32Array(dimensions)
  for (const [feature, times] of counts) {
    const hash = hashOf(feature)
    const place = (hash >>> 1) % dimensions
    vector[place] = (vector[place] ?? 0) + (hash & 1 ? 1 : -1) * Math.sqrt(times)
  }
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map(value => value / length)
}

/** FNV-1a, 32 bits, with a last mixing so that near texts do not share their low bits. */
const hashOf = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}
