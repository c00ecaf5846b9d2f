import type { JsonValue } from '../data/json.ts'
import { countOf, isObject, listOf, objectOf } from '../data/json-shape.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import type { Defect } from './defect.ts'

/** The vectors of one request, in the order of its texts. */
export interface EmbeddingAnswer {
  readonly vectors: readonly Float32Array[]
  readonly usage: Usage
}

/** Reads what an embeddings endpoint answered, or says what is wrong with it. Vectors come as numbers or in base64. */
export const embeddingAnswer = (json: JsonValue, texts: number): EmbeddingAnswer | Defect => {
  const { data, usage, error } = objectOf(json)
  if (isObject(error) || typeof error === 'string') return { defect: 'an error', refused: true }
  const items = listOf(data)
  if (items.length !== texts) return { defect: `${items.length} embeddings for ${texts} texts` }
  const vectors = new Map<number, Float32Array>()
  for (const [place, item] of items.entries()) {
    const { index = place, embedding } = objectOf(item)
    const vector = vectorOf(embedding)
    if (vector === undefined || vector.length === 0) return { defect: 'an embedding that is no list of numbers' }
    if (typeof index !== 'number') return { defect: 'an embedding of no text' }
    vectors.set(index, vector)
  }
  const ordered = Array.from({ length: texts }, (_, place) => vectors.get(place))
  if (!ordered.every(vector => vector !== undefined)) return { defect: 'two embeddings of one text' }
  const { prompt_tokens, total_tokens } = objectOf(usage)
  return {
    vectors: ordered,
    usage: { ...noUsage, calls: 1, attempts: 1, inputTokens: countOf(prompt_tokens) || countOf(total_tokens) },
  }
}

const vectorOf = (embedding: JsonValue | undefined): Float32Array | undefined => {
  if (typeof embedding === 'string') return fromBase64(embedding)
  const numbers = listOf(embedding)
  return numbers.every(value => typeof value === 'number') ? Float32Array.from(numbers) : undefined
}

/** 32-bit floats, little-endian. */
const fromBase64 = (text: string): Float32Array | undefined => {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    return undefined
  }
  if (binary.length % 4 !== 0) return undefined
  const view = new DataView(new ArrayBuffer(binary.length))
  for (let place = 0; place < binary.length; place += 1) view.setUint8(place, binary.charCodeAt(place))
  return Float32Array.from({ length: binary.length / 4 }, (_, place) => view.getFloat32(4 * place, true))
}
