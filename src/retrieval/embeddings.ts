import { DataError } from '../errors/data-error.ts'
import type { Embedder, EmbedOptions } from '../ports/embedder.ts'
import type { Storage, StorageOptions } from '../ports/storage.ts'
import { loadVectorIndex } from './load-vector-index.ts'
import { once } from './once.ts'
import { type VectorIndex, type VectorIndexOptions, vectorIndex } from './vector-index.ts'

export interface EmbeddingsOptions extends Pick<VectorIndexOptions, 'quantized' | 'rescored' | 'kernels'> {
  /** Passages found, at most. */
  readonly k?: number // dspy 3.4.1: k=5
  /** Compare by angle alone; false also counts the lengths of vectors. */
  readonly normalize?: boolean // dspy 3.4.1: normalize=True
}

export interface RetrieveOptions extends Omit<EmbedOptions, 'role'> {
  readonly k?: number
}

/** The best passages, the best first. The lists are the caller's: they fit a field of type `string[]`. */
export interface Retrieved {
  readonly passages: string[]
  /** Their places in the corpus, from 0. */
  readonly indices: number[]
  readonly scores: number[]
}

/** Finds passages of a corpus by what they say. */
export interface Retriever {
  readonly size: number
  /** Embeds the corpus, where that has not been done; the first `retrieve` does it too. */
  prepare(options?: Omit<EmbedOptions, 'role'>): Promise<void>
  retrieve(query: string, options?: RetrieveOptions): Promise<Retrieved>
  /** Keeps corpus and vectors for `loadEmbeddings`. */
  save(storage: Storage, key: string, options?: StorageOptions): Promise<void>
}

/**
 * Retrieves the passages of a corpus that are nearest to a query.
 *
 * 1. Nothing is embedded before it is needed; then the corpus is embedded once. What failed is tried again by the next call.
 * 2. Passages come by score, equal ones in the order of the corpus.
 *
 * Differs from DSPy 3.4.1 (`retrievers.Embeddings`, `EmbeddingsWithScores`): scores are always there; every search is
 * exact, whatever the size of the corpus; it is saved as one value, checked by a digest.
 *
 * @throws DataError `data/empty` for a corpus without passages; retrieve() throws what the embedder throws
 * @example
 * const search = embeddings(['Seoul is in Korea.', 'Paris is in France.'], embedder, { k: 1 })
 * const { passages } = await search.retrieve('Where is Seoul?')
 */
export const embeddings = (
  corpus: readonly string[],
  embedder: Embedder,
  { k = 5, normalize = true, ...how }: EmbeddingsOptions = {},
): Retriever => {
  if (corpus.length === 0) throw new DataError('data/empty', 'Expected at least one passage in the corpus, got none.')
  const texts = [...corpus]
  const build = async (options: Omit<EmbedOptions, 'role'>): Promise<VectorIndex<string>> => {
    const index = vectorIndex<string>({ ...how, embedder: embedder.id, similarity: normalize ? 'cosine' : 'dot' })
    const vectors = await embedder.embed(texts, { ...options, role: 'passage' })
    index.add(
      texts.map((text, row) => ({ id: String(row), vector: vectors[row] ?? new Float32Array(), metadata: text })),
    )
    return index
  }
  return retriever(texts.length, once(build), embedder, k)
}

/**
 * The retriever that was saved in a store; undefined when there is none. Nothing is embedded but the queries.
 *
 * @throws DataError `data/damaged`; `data/vector` when it was made by another embedder
 * @example
 * const search = (await loadEmbeddings(storage, 'atlas', embedder)) ?? embeddings(corpus, embedder)
 */
export const loadEmbeddings = async (
  storage: Storage,
  key: string,
  embedder: Embedder,
  { k = 5, normalize: _, ...how }: EmbeddingsOptions & StorageOptions = {},
): Promise<Retriever | undefined> => {
  const index = await loadVectorIndex<string>(storage, key, { ...how, embedder: embedder.id })
  return index && retriever(index.size, async () => index, embedder, k)
}

const retriever = (
  size: number,
  indexFor: (options: Omit<EmbedOptions, 'role'>) => Promise<VectorIndex<string>>,
  embedder: Embedder,
  standard: number,
): Retriever => ({
  size,
  async prepare(options = {}) {
    await indexFor(options)
  },
  async retrieve(query, { k = standard, ...options } = {}) {
    const index = await indexFor(options)
    const [vector = new Float32Array()] = await embedder.embed([query], { ...options, role: 'query' })
    const matches = index.search(vector, { k })
    return {
      passages: matches.map(match => match.metadata),
      indices: matches.map(match => match.row),
      scores: matches.map(match => match.score),
    }
  },
  async save(storage, key, options) {
    await (await indexFor(options ?? {})).save(storage, key, options)
  },
})
