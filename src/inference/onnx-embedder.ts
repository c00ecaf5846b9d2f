import { noUsage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import { callScope } from '../models/call-scope.ts'
import type { Clock } from '../ports/clock.ts'
import type { Embedder, EmbedOptions } from '../ports/embedder.ts'
import { systemClock } from '../ports/system-clock.ts'
import { batchesOf, checkBatchSize } from '../retrieval/batches.ts'
import { checkedVectors } from '../retrieval/checked-vectors.ts'
import type { WeightType } from './backend-config.ts'
import { bringTextLibraries } from './bring-text-libraries.ts'
import { callQueue } from './call-queue.ts'
import { type EmbeddingSession, embeddingSession, type Pooling, poolingOf } from './embedding-session.ts'
import type { ModelFiles } from './model-files.ts'
import { broughtOnnxRuntime } from './onnx/onnx-runtime.ts'
import { pooled } from './pooled.ts'
import { runFailure } from './runtime-failure.ts'
import { badFile, modelJson, optionalModelJson } from './text/model-json.ts'
import { type FileTokenizer, tokenizerFromFiles } from './text/tokenizer-from-files.ts'

export interface OnnxEmbedderOptions {
  /** The name of the model, `local/all-minilm`. Vectors of two ids are never compared: name another precision otherwise. */
  readonly id: string
  readonly files: ModelFiles
  /** Brings onnxruntime-node or onnxruntime-web; called at the first call. */
  readonly runtime: () => Promise<unknown>
  /** What to write in an error when it cannot be brought; `onnxruntime-web` when absent. */
  readonly library?: 'onnxruntime-node' | 'onnxruntime-web'
  /** Where it computes: `cpu`, `wasm`, `webgpu`, or another execution provider of the runtime; `cpu` when absent. */
  readonly device?: string
  /** Precision of the weights, one of those there are files for; `fp32` when absent. */
  readonly weights?: WeightType
  /** Threads of the CPU; the runtime's own choice when absent. */
  readonly threads?: number
  /** How the vectors of tokens become one; as the model's `1_Pooling/config.json` says, else `mean`, when absent. */
  readonly pooling?: Pooling
  /** Whether vectors get length 1; true when absent. */
  readonly normalize?: boolean
  /** Put in front of every text by its role, for models that were trained so: `{ query: 'query: ', passage: 'passage: ' }`. */
  readonly prefixes?: { readonly query?: string; readonly passage?: string }
  /** Texts computed at once; 16 when absent. */
  readonly batchSize?: number
  readonly clock?: Clock
}

/**
 * A local embedding model on onnxruntime (1.30), in Node, browsers and Workers.
 *
 * 1. Loads at the first call and stays loaded; a failed load is tried again by the next call.
 * 2. Calls queue in order of arrival, batch by batch. A text longer than the model reads is cut at its end, where
 *    sentence-transformers cuts it (`sentence_bert_config.json`, `tokenizer_config.json`, `config.json`: the least they say).
 * 3. A text has the same vector whatever is beside it in its batch, but for rounding.
 * 4. One deadline covers loading, the place in the queue and every batch. When it passes, or the caller aborts, the call
 *    ends at once: a load goes on for the next call, the device is free after the batch under way.
 *
 * @throws ConfigurationError `configuration/invalid` for a batch size below 1; from calls RuntimeError
 *   `runtime/no-backend`, `runtime/model-files`, `runtime/out-of-memory`, `runtime/failed` and ModelError `model/timeout`
 * @example
 * const embedder = onnxEmbedder({ id: 'local/all-minilm', files, runtime: () => import('onnxruntime-web') })
 */
export const onnxEmbedder = (options: OnnxEmbedderOptions): Embedder => {
  const { id, prefixes = {}, batchSize = 16, clock = systemClock, normalize = true } = options
  checkBatchSize('onnxEmbedder()', batchSize)
  const queue = callQueue()
  let loading: Promise<OpenEmbedder> | undefined

  const opened = (): Promise<OpenEmbedder> => {
    loading ??= openEmbedder(options).catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }

  const compute = async (texts: readonly string[], signal: AbortSignal): Promise<Embedded> => {
    const { tokenizer, session, pooling, longest } = await opened()
    const work = async (): Promise<Embedded> => {
      const tokens = texts.map(text => cut(tokenizer, tokenizer.encodeWhole(text), longest))
      const lengths = tokens.map(({ length }) => length)
      const vectors = pooled(await session.run(tokens), lengths, { pooling, normalize })
      return { vectors, tokens: lengths.reduce((sum, length) => sum + length, 0) }
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

interface OpenEmbedder {
  readonly tokenizer: FileTokenizer
  readonly session: EmbeddingSession
  readonly pooling: Pooling
  /** Tokens of a text at most. */
  readonly longest: number
}

const openEmbedder = async (options: OnnxEmbedderOptions): Promise<OpenEmbedder> => {
  const { id, files, weights = 'fp32', device = 'cpu', threads } = options
  const runtime = await broughtOnnxRuntime(id, options.library ?? 'onnxruntime-web', options.runtime)
  const [tokenizer, config, pooling, reading] = await Promise.all([
    tokenizerFromFiles(files, { libraries: bringTextLibraries }),
    modelJson(files, 'config.json'),
    optionalModelJson(files, poolingFile),
    optionalModelJson(files, 'sentence_bert_config.json'),
  ])
  const told = options.pooling ?? poolingOf(pooling) ?? 'mean'
  if (told === 'other')
    throw badFile(files, poolingFile, 'it pools in a way that is not known here, only mean, cls and last token')
  const threading = threads === undefined ? {} : { threads }
  const session = await embeddingSession(files, { id, runtime, weights, device, config, ...threading })
  const bounds = [tokenizer.config.model_max_length, config.max_position_embeddings, reading.max_seq_length].filter(
    isLength,
  )
  return {
    tokenizer,
    session,
    pooling: told,
    longest: Math.min(...bounds, 32_768),
  }
}

const poolingFile = '1_Pooling/config.json'

const isLength = (value: unknown): value is number => typeof value === 'number' && value >= 2

/** The beginning of a text that is too long; a special token that ends it stays. */
const cut = ({ bytesOf }: FileTokenizer, tokens: readonly number[], longest: number): readonly number[] => {
  if (tokens.length <= longest) return tokens
  const last = tokens.at(-1)
  return last === undefined || bytesOf(last) !== undefined
    ? tokens.slice(0, longest)
    : [...tokens.slice(0, longest - 1), last]
}
