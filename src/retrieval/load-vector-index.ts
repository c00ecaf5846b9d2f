import type { JsonValue } from '../data/json.ts'
import { DataError } from '../errors/data-error.ts'
import type { Storage, StorageOptions } from '../ports/storage.ts'
import { unpackIndex } from './index-file.ts'
import { type VectorIndex, type VectorIndexOptions, vectorIndex } from './vector-index.ts'

export interface ReadIndexOptions extends Pick<VectorIndexOptions, 'quantized' | 'rescored' | 'kernels'> {
  /** The id of the embedder that queries come from; an index of another is refused. */
  readonly embedder: string
}

/**
 * An index from the bytes that `toBytes` gave.
 *
 * @throws DataError `data/damaged` for bytes that are no whole index, `data/vector` for one of another embedder
 * @example
 * const index = await readVectorIndex(await readFile('atlas.index'), { embedder: embedder.id })
 */
export const readVectorIndex = async <Metadata = JsonValue>(
  bytes: Uint8Array,
  options: ReadIndexOptions,
): Promise<VectorIndex<Metadata>> => {
  const { embedder, similarity, dimensions, ids, metadata, vectors } = await unpackIndex<Metadata>(bytes)
  if (embedder !== options.embedder) {
    throw new DataError(
      'data/vector',
      `The index holds vectors of '${embedder}', which cannot be compared with those of '${options.embedder}'. Load it with that embedder, or build it anew.`,
    )
  }
  const index = vectorIndex<Metadata>({ ...options, similarity })
  index.add(
    ids.map((id, row) => ({
      id,
      vector: vectors.subarray(row * dimensions, (row + 1) * dimensions),
      metadata: metadata[row] as Metadata,
    })),
  )
  return index
}

/**
 * An index that was saved in a store; undefined when there is none.
 *
 * @throws as `readVectorIndex`, and what the store throws
 * @example
 * const index = (await loadVectorIndex(storage, 'atlas', { embedder: embedder.id })) ?? vectorIndex({ embedder: embedder.id })
 */
export const loadVectorIndex = async <Metadata = JsonValue>(
  storage: Storage,
  key: string,
  options: ReadIndexOptions & StorageOptions,
): Promise<VectorIndex<Metadata> | undefined> => {
  const { signal, ...reading } = options
  const stored = await storage.get(key, signal === undefined ? {} : { signal })
  return stored && readVectorIndex<Metadata>(stored.value, reading)
}
