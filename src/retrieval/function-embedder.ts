import { noUsage } from '../data/usage.ts'
import type { Embedder, EmbedOptions } from '../ports/embedder.ts'
import { batchesOf, checkBatchSize } from './batches.ts'
import { checkedVectors } from './checked-vectors.ts'

export interface FunctionEmbedderOptions {
  /** Names the function and what else decides its vectors: `mine/word-counts-2`. */
  readonly id: string
  /** Gives one vector a text, in their order. */
  readonly embed: (texts: readonly string[], options: EmbedOptions) => Vectors | Promise<Vectors>
  /** Texts given at once; 200 when absent. */
  readonly batchSize?: number // dspy 3.4.1: batch_size=200
}

type Vectors = readonly ArrayLike<number>[]

/**
 * An embedder of your own function.
 *
 * What the function gives is checked: a missing, longer or broken vector is `model/malformed`. Each batch counts as one
 * call without tokens.
 *
 * @throws ConfigurationError `configuration/invalid` for a batch size below 1; embed() throws what the function throws
 * @example
 * const embedder = functionEmbedder({ id: 'mine/lengths', embed: texts => texts.map(text => [text.length, 1]) })
 */
export const functionEmbedder = ({ id, embed, batchSize = 200 }: FunctionEmbedderOptions): Embedder => {
  checkBatchSize('functionEmbedder()', batchSize)
  return {
    id,
    async embed(texts, options = {}) {
      options.signal?.throwIfAborted()
      const all: Float32Array[] = []
      for (const batch of batchesOf(texts, batchSize)) {
        const given = await embed(batch, options)
        options.signal?.throwIfAborted()
        options.usage?.add({ ...noUsage, calls: 1, attempts: 1 })
        all.push(
          ...checkedVectors(
            id,
            Array.from(given, vector => Float32Array.from(vector)),
            batch.length,
          ),
        )
      }
      return checkedVectors(id, all, texts.length)
    },
  }
}
