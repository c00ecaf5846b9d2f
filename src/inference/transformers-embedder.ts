import { noUsage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import { callScope } from '../models/call-scope.ts'
import type { Clock } from '../ports/clock.ts'
import type { Embedder, EmbedOptions } from '../ports/embedder.ts'
import { systemClock } from '../ports/system-clock.ts'
import { batchesOf, checkBatchSize } from '../retrieval/batches.ts'
import { checkedVectors } from '../retrieval/checked-vectors.ts'
import { broughtRuntime } from './brought-runtime.ts'
import { callQueue } from './call-queue.ts'
import type { EmbedderRuntime, FeatureExtractor } from './embedder-runtime.ts'
import { loadFailure, runFailure } from './runtime-failure.ts'
import type { LoadOptions } from './transformers-runtime.ts'

export interface TransformersEmbedderOptions {
  /** The name of the model, `local/all-minilm`. Vectors of two ids are never compared: name another precision otherwise. */
  readonly id: string
  /** A folder in the layout of transformers.js, or the id of a repository on the hub. */
  readonly source: string
  /** Brings @huggingface/transformers; called once, at the first call. */
  readonly runtime: () => Promise<unknown>
  /** What to load and where to run it: `dtype`, `device`, `revision`, `local_files_only`, `session_options`. */
  readonly load?: LoadOptions
  /** How the vectors of tokens become one: their mean, that of the first token or of the last; `mean` when absent. */
  readonly pooling?: 'mean' | 'cls' | 'last_token'
  /** Whether vectors get length 1; true when absent. */
  readonly normalize?: boolean
  /** Put in front of every text by its role, for models that were trained so: `{ query: 'query: ', passage: 'passage: ' }`. */
  readonly prefixes?: { readonly query?: string; readonly passage?: string }
  /** Texts computed at once; 16 when absent. */
  readonly batchSize?: number
  readonly clock?: Clock
}

/**
 * A local embedding model run by onnxruntime through @huggingface/transformers (4.3.1), in Node and in browsers.
 *
 * 1. Loads at the first call and stays loaded; a failed load is tried again by the next call.
 * 2. Calls queue in order of arrival, batch by batch. A text longer than the model reads is cut at its end.
 * 3. One deadline covers loading, the place in the queue and every batch. When it passes, or the caller aborts, the call
 *    ends at once: a load goes on for the next call, the device is free after the batch under way.
 *
 * @throws ConfigurationError `configuration/invalid` for a batch size below 1; from calls RuntimeError
 *   `runtime/no-backend`, `runtime/model-files`, `runtime/out-of-memory`, `runtime/failed` and ModelError `model/timeout`
 * @example
 * const embedder = transformersEmbedder({
 *   id: 'local/all-minilm',
 *   source: 'onnx-community/all-MiniLM-L6-v2-ONNX',
 *   runtime: () => import('@huggingface/transformers'),
 * })
 */
export const transformersEmbedder = (options: TransformersEmbedderOptions): Embedder => {
  const { id, source, load = {}, pooling = 'mean', normalize = true, prefixes = {}, batchSize = 16 } = options
  const { clock = systemClock } = options
  checkBatchSize('transformersEmbedder()', batchSize)
  const queue = callQueue()
  let loading: Promise<FeatureExtractor> | undefined

  const open = async (): Promise<FeatureExtractor> => {
    const runtime = await broughtRuntime<EmbedderRuntime>(id, options.runtime, ['pipeline'])
    return runtime.pipeline('feature-extraction', source, load).catch(error => {
      throw loadFailure(id, source, error)
    })
  }

  const extractor = (): Promise<FeatureExtractor> => {
    loading ??= open().catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }

  const compute = async (texts: readonly string[], signal: AbortSignal): Promise<Embedded> => {
    const extract = await extractor()
    const work = async (): Promise<Embedded> => {
      const tensor = await extract([...texts], { pooling, normalize })
      try {
        return {
          vectors: rowsOf(tensor.data, tensor.dims, texts.length),
          tokens: texts.reduce((sum, text) => sum + extract.tokenizer.encode(text).length, 0),
        }
      } finally {
        tensor.dispose()
      }
    }
    return queue.run(work, { priority: 0, signal }).catch(error => {
      throw runFailure(id, signal, error)
    })
  }

  return {
    id,
    async embed(texts, { role = 'passage', signal, usage, deadlineMs = Number.POSITIVE_INFINITY }: EmbedOptions = {}) {
      const late = (): ModelError =>
        new ModelError(
          'model/timeout',
          `${id} did not embed ${texts.length} texts within ${deadlineMs} ms, loading included. Raise deadlineMs.`,
          { model: id },
        )
      const scope = callScope({ signal, deadlineMs, clock, late })
      let finished = false
      try {
        const all: Float32Array[] = []
        for (const batch of batchesOf(texts, batchSize)) {
          const prefixed = batch.map(text => `${prefixes[role] ?? ''}${text}`)
          const { vectors, tokens } = await scope.wait(compute(prefixed, scope.signal))
          usage?.add({ ...noUsage, calls: 1, attempts: 1, inputTokens: tokens })
          all.push(...vectors)
        }
        finished = true
        return checkedVectors(id, all, texts.length)
      } finally {
        scope.close(finished)
      }
    },
  }
}

interface Embedded {
  readonly vectors: readonly Float32Array[]
  readonly tokens: number
}

/** The rows of a matrix, as vectors of their own. */
const rowsOf = (data: ArrayLike<number>, dims: readonly number[], rows: number): readonly Float32Array[] => {
  const width = dims.at(-1) ?? 0
  return Array.from({ length: dims.length === 2 ? (dims[0] ?? 0) : rows }, (_, row) =>
    Float32Array.from({ length: width }, (_, place) => data[row * width + place] ?? Number.NaN),
  )
}
