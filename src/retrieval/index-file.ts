import type { JsonValue } from '../data/json.ts'
import { parseJson } from '../data/safe-json.ts'
import { DataError } from '../errors/data-error.ts'

/** What a saved index holds; `vectors` are rows of `dimensions` numbers, one an id. */
export interface IndexFile<Metadata> {
  readonly embedder: string
  readonly similarity: 'cosine' | 'dot'
  readonly dimensions: number
  readonly ids: readonly string[]
  readonly metadata: readonly Metadata[]
  readonly vectors: Float32Array
}

// "KKVI", version and length of the head (both 32 bits, little-endian); the head in JSON; the numbers in 32-bit floats,
// little-endian; SHA-256 of all that.
const magic = [0x4b, 0x4b, 0x56, 0x49]
const version = 1
const fixed = 12
const digestBytes = 32

/** Writes an index as bytes. */
export const packIndex = async <Metadata>({ vectors, ...head }: IndexFile<Metadata>): Promise<Uint8Array> => {
  const text = new TextEncoder().encode(JSON.stringify(head))
  const bytes = new Uint8Array(fixed + text.length + 4 * vectors.length + digestBytes)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint32(4, version, true)
  view.setUint32(8, text.length, true)
  bytes.set(text, fixed)
  let place = fixed + text.length
  for (const value of vectors) {
    view.setFloat32(place, value, true)
    place += 4
  }
  bytes.set(await digestOf(bytes.subarray(0, place)), place)
  return bytes
}

/**
 * Reads what `packIndex` wrote.
 *
 * @throws DataError `data/damaged`
 */
export const unpackIndex = async <Metadata>(saved: Uint8Array): Promise<IndexFile<Metadata>> => {
  const bytes = new Uint8Array(saved) // its own, so that nothing changes while it is read
  const view = new DataView(bytes.buffer)
  if (bytes.length < fixed + digestBytes || magic.some((byte, place) => bytes[place] !== byte)) {
    throw damaged('It does not begin as one')
  }
  const format = view.getUint32(4, true)
  if (format > version) throw damaged(`It has format ${format}, this version reads ${version}. Update kkachi, or`)
  const end = bytes.length - digestBytes
  const digest = await digestOf(bytes.subarray(0, end))
  if (digest.some((byte, place) => bytes[end + place] !== byte)) throw damaged('Its digest does not fit')
  const start = fixed + view.getUint32(8, true)
  if (start > end) throw damaged('Its head is longer than it is')
  const head = headOf<Metadata>(bytes.subarray(fixed, start))
  if (end - start !== 4 * head.dimensions * head.ids.length) throw damaged('Vectors are missing')
  const vectors = new Float32Array(head.dimensions * head.ids.length)
  for (let index = 0; index < vectors.length; index += 1) vectors[index] = view.getFloat32(start + 4 * index, true)
  return { ...head, vectors }
}

// The digest is no signature: whoever can write the bytes can write one too, so the head is checked all the same.
const headOf = <Metadata>(bytes: Uint8Array): Omit<IndexFile<Metadata>, 'vectors'> => {
  const head = parsed(bytes)
  if (typeof head !== 'object' || head === null || Array.isArray(head)) throw damaged('Its head is no object')
  const { embedder, similarity, dimensions, ids, metadata } = head as { readonly [key: string]: JsonValue }
  const isWhole =
    typeof embedder === 'string' &&
    (similarity === 'cosine' || similarity === 'dot') &&
    typeof dimensions === 'number' &&
    Number.isSafeInteger(dimensions) &&
    dimensions >= 0 &&
    Array.isArray(ids) &&
    ids.every(id => typeof id === 'string') &&
    new Set(ids).size === ids.length &&
    (dimensions > 0 || ids.length === 0) &&
    Array.isArray(metadata) &&
    metadata.length === ids.length
  if (!isWhole) throw damaged('Its head lacks a part')
  // What metadata is, only the caller knows: it is what was saved.
  return { embedder, similarity, dimensions, ids, metadata: metadata as Metadata[] }
}

const parsed = (bytes: Uint8Array): JsonValue => {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw damaged('Its head is no JSON that is safe to read', cause)
  }
}

const digestOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

const damaged = (what: string, cause?: unknown): DataError =>
  new DataError(
    'data/damaged',
    `Expected a saved vector index. ${what}${what.endsWith('or') ? '' : '. Save it again, or'} build it anew from the texts.`,
    { cause },
  )
