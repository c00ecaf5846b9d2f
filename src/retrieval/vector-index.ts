import type { JsonValue } from '../data/json.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Storage, StorageOptions } from '../ports/storage.ts'
import type { VectorKernels } from '../ports/vector-kernels.ts'
import { checkVector } from './check-vector.ts'
import { packIndex } from './index-file.ts'
import { quantize } from './quantize.ts'
import { dot, referenceKernels } from './reference-kernels.ts'
import { topRows } from './top-rows.ts'

export interface VectorIndexOptions {
  /** The id of the embedder that made the vectors: an index takes and compares those of one embedder only. */
  readonly embedder: string
  /** `cosine`: the angle alone counts. `dot`: the lengths count too. `cosine` when absent. */
  readonly similarity?: Similarity
  /**
   * Looks through bytes instead of floats and scores the best of what it finds exactly; false when absent. Worth it with
   * kernels that multiply bytes fast. The order of what it returns is exact; it may miss a neighbor that hardly differs.
   */
  readonly quantized?: boolean
  /** With `quantized` or `kernels`, how many candidates are scored exactly for each one wanted; 4 when absent. */
  readonly rescored?: number
  /** What computes the products, `await wasmKernels(...)` say; plain TypeScript when absent. */
  readonly kernels?: VectorKernels
}

export type Similarity = 'cosine' | 'dot'

/** What is put into an index. */
export interface IndexEntry<Metadata = JsonValue> {
  readonly id: string
  readonly vector: Float32Array
  /** Anything that JSON holds, given back with what is found. */
  readonly metadata: Metadata
}

export interface Match<Metadata = JsonValue> {
  readonly id: string
  /** The cosine (-1 to 1) or the dot product. */
  readonly score: number
  /** Its place in the order of adding, from 0, those removed not counted. */
  readonly row: number
  readonly metadata: Metadata
}

export interface SearchOptions<Metadata = JsonValue> {
  /** Matches at most; 5 when absent. */
  readonly k?: number
  /** Which entries may be found. */
  readonly filter?: (entry: { readonly id: string; readonly metadata: Metadata }) => boolean
}

export interface VectorIndex<Metadata = JsonValue> {
  readonly embedder: string
  readonly similarity: Similarity
  /** Numbers of a vector; undefined while the index is empty and has always been. */
  readonly dimensions: number | undefined
  readonly size: number
  /** Adds entries, all of them or, where one cannot be used, none. One whose id is there already takes its place. */
  add(entries: readonly IndexEntry<Metadata>[]): void
  /** Removes entries; how many there were. Ids that are not there do not matter. */
  remove(ids: readonly string[]): number
  has(id: string): boolean
  search(vector: Float32Array, options?: SearchOptions<Metadata>): readonly Match<Metadata>[]
  /** The index as bytes for `readVectorIndex`, by a versioned format with a digest. */
  toBytes(): Promise<Uint8Array>
  save(storage: Storage, key: string, options?: StorageOptions): Promise<void>
}

/**
 * An index of vectors in memory that compares a query with every one of them: exact, and fast enough for some hundred
 * thousand.
 *
 * 1. Matches come by score; equal scores in the order of adding.
 * 2. A vector of zeros has the cosine 0 with everything. Numbers that are not finite are refused.
 * 3. What is saved and loaded again finds the same.
 *
 * Time and room are those of the floats: rows x dimensions x 4 bytes, a quarter more with `quantized`. What is saved is
 * one value of the store.
 *
 * @throws ConfigurationError `configuration/invalid`; its methods throw DataError `data/vector` for a vector of another
 *   length or with a number that is not finite
 * @example
 * const index = vectorIndex({ embedder: embedder.id })
 * const [vector] = await embedder.embed(['Seoul is the capital of Korea.'])
 * index.add([{ id: 'seoul', vector, metadata: { source: 'atlas' } }])
 * const [best] = index.search(query, { k: 1 })
 */
export const vectorIndex = <Metadata = JsonValue>(options: VectorIndexOptions): VectorIndex<Metadata> => {
  const { embedder, similarity = 'cosine', quantized = false, rescored = 4, kernels = referenceKernels } = options
  if (!(rescored >= 1)) throw invalid('rescored', `a number of at least 1, got ${rescored}`, 'rescored: 4')
  if (similarity !== 'cosine' && similarity !== 'dot') {
    throw invalid('similarity', `cosine or dot, got ${String(similarity)}`, "similarity: 'cosine'")
  }
  const roughly = quantized || kernels !== referenceKernels // others may round, which must not decide an order
  let dimensions: number | undefined
  let ids: string[] = []
  let metadata: Metadata[] = []
  const places = new Map<string, number>()
  let floats: Float32Array = new Float32Array()
  let bytes: Int8Array = new Int8Array()
  let scales = new Float64Array() // of the bytes of each row, with what makes the product a cosine
  let lengths = new Float64Array() // 1 / length of each row, 0 for a row of zeros

  const reserve = (rows: number, width: number): void => {
    if (rows <= lengths.length) return
    const room = Math.max(rows, 2 * lengths.length, 16)
    floats = grown(floats, kernels.floats(room, width))
    if (quantized) bytes = grown(bytes, kernels.bytes(room, width))
    scales = grown(scales, new Float64Array(room))
    lengths = grown(lengths, new Float64Array(room))
  }

  const write = (row: number, { id, vector, metadata: about }: IndexEntry<Metadata>): void => {
    ids[row] = id
    metadata[row] = about
    places.set(id, row)
    floats.set(vector, row * vector.length)
    lengths[row] = inverseLength(vector)
    if (!quantized) return
    const small = quantize(vector)
    bytes.set(small.bytes, row * vector.length)
    scales[row] = small.scale * (similarity === 'cosine' ? (lengths[row] ?? 0) : 1)
  }

  const factor = (row: number, query: number): number => (similarity === 'cosine' ? (lengths[row] ?? 0) * query : 1)

  const index: VectorIndex<Metadata> = {
    embedder,
    similarity,
    get dimensions() {
      return dimensions
    },
    get size() {
      return ids.length
    },
    add(entries) {
      const width = dimensions ?? entries[0]?.vector.length
      if (width === undefined) return
      for (const { id, vector } of entries) checkVector(vector, width, `the vector of '${id}'`)
      const fresh = new Set(entries.map(({ id }) => id).filter(id => !places.has(id)))
      reserve(ids.length + fresh.size, width)
      dimensions = width
      for (const entry of entries) write(places.get(entry.id) ?? ids.length, entry)
    },
    remove(unwanted) {
      const gone = new Set(unwanted.map(id => places.get(id)).filter(place => place !== undefined))
      if (gone.size === 0 || dimensions === undefined) return 0
      const kept = [...ids.keys()].filter(row => !gone.has(row))
      for (const [to, from] of kept.entries()) {
        if (to === from) continue
        floats.copyWithin(to * dimensions, from * dimensions, (from + 1) * dimensions)
        if (quantized) bytes.copyWithin(to * dimensions, from * dimensions, (from + 1) * dimensions)
        scales[to] = scales[from] ?? 0
        lengths[to] = lengths[from] ?? 0
      }
      ids = kept.map(row => ids[row] as string)
      metadata = kept.map(row => metadata[row] as Metadata)
      places.clear()
      for (const [row, id] of ids.entries()) places.set(id, row)
      return gone.size
    },
    has: id => places.has(id),
    search(query, { k = 5, filter } = {}) {
      if (!(Number.isInteger(k) && k >= 0)) throw invalid('k', `a whole number of at least 0, got ${k}`, 'k: 5')
      if (dimensions === undefined) return []
      checkVector(query, dimensions, 'the vector to search for')
      const rows = ids.length
      const wanted =
        filter && ((row: number) => filter({ id: ids[row] as string, metadata: metadata[row] as Metadata }))
      const own = inverseLength(query)
      const scores = new Float64Array(rows)
      const exact = (row: number): number => dot(floats, row * query.length, query) * factor(row, own)
      if (quantized) {
        const small = quantize(query)
        const sums = new Int32Array(rows)
        kernels.dotsInt8(bytes, rows, small.bytes, sums)
        for (let row = 0; row < rows; row += 1) scores[row] = (sums[row] ?? 0) * (scales[row] ?? 0)
      } else {
        kernels.dots(floats, rows, query, scores)
        if (similarity === 'cosine') {
          for (let row = 0; row < rows; row += 1) scores[row] = (scores[row] ?? 0) * ((lengths[row] ?? 0) * own)
        }
      }
      let found: readonly number[] = topRows(scores, rows, roughly ? Math.ceil(k * rescored) : k, wanted)
      if (roughly) {
        const candidates = found.toSorted((a, b) => a - b)
        for (const row of candidates) scores[row] = exact(row)
        const best = topRows(
          candidates.map(row => scores[row] ?? 0),
          candidates.length,
          k,
        )
        found = best.map(place => candidates[place] ?? 0)
      }
      return found.map(row => ({
        id: ids[row] as string,
        score: scores[row] ?? 0,
        row,
        metadata: metadata[row] as Metadata,
      }))
    },
    toBytes: () =>
      packIndex({
        embedder,
        similarity,
        dimensions: dimensions ?? 0,
        ids,
        metadata,
        vectors: floats.subarray(0, ids.length * (dimensions ?? 0)),
      }),
    async save(storage, key, saving) {
      await storage.put(key, await index.toBytes(), saving)
    },
  }
  return index
}

/** 1 / length; 0 for a vector of zeros, whose cosine is then 0. */
const inverseLength = (vector: Float32Array): number => {
  const length = Math.sqrt(dot(vector, 0, vector))
  return length === 0 ? 0 : 1 / length
}

const grown = <Numbers extends { set(values: Numbers): void }>(old: Numbers, room: Numbers): Numbers => {
  room.set(old)
  return room
}

const invalid = (option: string, expected: string, remedy: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/invalid',
    `Expected ${option} of a vector index to be ${expected}. Write ${remedy}.`,
    { option },
  )
