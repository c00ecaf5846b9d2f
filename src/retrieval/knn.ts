import { DataError } from '../errors/data-error.ts'
import type { Embedder, EmbedOptions } from '../ports/embedder.ts'
import { embeddedText } from './embedded-text.ts'
import { once } from './once.ts'
import { type Similarity, type VectorIndex, vectorIndex } from './vector-index.ts'

export interface KnnOptions<Row extends object> {
  /** Rows found, at most. */
  readonly k: number
  readonly trainset: readonly Row[]
  readonly embedder: Embedder
  /** The fields rows are compared by, those of the input: `['question']`. */
  readonly inputs: readonly string[]
  /** `dot` when absent, as in DSPy; the same as `cosine` for vectors of length 1. */
  readonly similarity?: Similarity
}

/** A row and how near it is. */
export interface Neighbor<Row> {
  readonly row: Row
  /** Its place in the training set, from 0. */
  readonly index: number
  readonly score: number
}

export interface Knn<Row> {
  /** The rows nearest to an input, the nearest first. */
  nearest(input: object, options?: Omit<EmbedOptions, 'role'>): Promise<readonly Neighbor<Row>[]>
}

/**
 * Finds the training rows whose inputs are nearest to an input: `k` nearest neighbors by the vectors of `name: value |
 * name: value`.
 *
 * The rows are embedded at the first call, and once.
 *
 * Differs from DSPy 3.4.1 (`KNN`): the fields to compare by are named here, for rows know no inputs; equal scores come in
 * the order of the rows, where DSPy gives the later first; the score comes along.
 *
 * @throws DataError `data/empty` for no rows; nearest() throws what the embedder throws
 * @example
 * const { nearest } = knn({ k: 3, trainset, embedder, inputs: ['question'] })
 * const demos = (await nearest({ question: 'Capital of Belgium?' })).map(({ row }) => row)
 */
export const knn = <Row extends object>({
  k,
  trainset,
  embedder,
  inputs,
  similarity = 'dot',
}: KnnOptions<Row>): Knn<Row> => {
  if (trainset.length === 0) throw new DataError('data/empty', 'Expected at least one row in trainset, got none.')
  const rows = [...trainset]
  const indexFor = once(async (options: Omit<EmbedOptions, 'role'>): Promise<VectorIndex<number>> => {
    const index = vectorIndex<number>({ embedder: embedder.id, similarity })
    const vectors = await embedder.embed(
      rows.map(row => embeddedText(row, inputs)),
      options,
    )
    index.add(vectors.map((vector, row) => ({ id: String(row), vector, metadata: row })))
    return index
  })
  return {
    async nearest(input, options = {}) {
      const index = await indexFor(options)
      const [vector = new Float32Array()] = await embedder.embed([embeddedText(input, inputs)], options)
      return index
        .search(vector, { k })
        .map(({ metadata, score }) => ({ row: rows[metadata] as Row, index: metadata, score }))
    },
  }
}
