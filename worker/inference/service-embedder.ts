import { noUsage } from '../../src/data/index.ts'
import type { Clock, Embedder, EmbedOptions } from '../../src/index.ts'
import { batchesOf, checkBatchSize, checkedVectors, modelCalls } from '../../src/models/index.ts'
import type { EmbedderQuestion } from './embedder-messages.ts'
import type { ServiceBinding } from './service-binding.ts'
import { serviceReply, typedFailure } from './service-replies.ts'

export interface ServiceEmbedderOptions {
  /** The Worker of `inferenceWorker`. */
  readonly binding: ServiceBinding
  /** Names the embedder there, and what else decides its vectors: vectors of two ids are never compared. */
  readonly id: string
  /** Texts in one question; 64 when absent. */
  readonly batchSize?: number
  /** Milliseconds one call may take; a caller's own deadline can only shorten it. 120,000 when neither is set. */
  readonly deadlineMs?: number
  readonly clock?: Clock
}

/**
 * An embedder in another Worker, behind a service binding.
 *
 * 1. Vectors and errors are those of the embedder there; errors come as instances of the same classes.
 * 2. An abort, or a deadline that passes, ends the call here at once, and there.
 *
 * @throws ConfigurationError `configuration/invalid` for a batch size below 1; from calls RuntimeError `runtime/failed` when
 *   that Worker breaks off; ModelError `model/timeout`, `model/unsupported` when it has no embedder; what the embedder throws
 * @example
 * const embedder = serviceEmbedder({ binding: env.INFERENCE, id: 'local/all-minilm' })
 */
export const serviceEmbedder = (options: ServiceEmbedderOptions): Embedder => {
  const { binding, id, batchSize = 64, deadlineMs, clock } = options
  checkBatchSize('serviceEmbedder()', batchSize)
  const calls = modelCalls({ id, provider: 'service', deadlineMs, clock, typed: typedFailure(id) })
  return {
    id,
    async embed(texts, { role = 'passage', signal, usage, deadlineMs: own }: EmbedOptions = {}) {
      const bounds = { ...(signal && { signal }), ...(own !== undefined && { deadlineMs: own }) }
      const { vectors } = await calls.generate(bounds, async scope => {
        const vectors: Float32Array[] = []
        for (const batch of batchesOf(texts, batchSize)) {
          const question: EmbedderQuestion = { type: 'embed', texts: batch, role }
          const reply = await serviceReply(question, 'vectors', {
            ...{ binding, id, scope },
            onFailure: failure => {
              if ('usage' in failure && failure.usage) usage?.add(failure.usage)
            },
          })
          usage?.add(reply.usage)
          vectors.push(...reply.vectors.map(vector => Float32Array.from(vector)))
        }
        return { vectors, usage: noUsage }
      })
      return checkedVectors(id, vectors, texts.length)
    },
  }
}
