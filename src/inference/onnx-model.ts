import { answerGrammars } from '../adapters/answer-grammar.ts'
import { canonicalJson } from '../data/canonical-json.ts'
import { sha256 } from '../data/sha256.ts'
import type { Clock } from '../ports/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import type { BackendConfig, LocalModelEvent, WeightType } from './backend-config.ts'
import { chatModel } from './chat-model.ts'
import type { LocalModel } from './local-model.ts'
import type { ModelFiles } from './model-files.ts'
import type { Network } from './network.ts'
import type { GpuDevice } from './onnx/gpu-device.ts'
import { graphFiles } from './onnx/load-network.ts'
import { openNetwork } from './open-network.ts'
import type { GrammarEngine, TokenVocabulary } from './token-constraint.ts'

export interface OnnxModelOptions {
  /** The name of the model in ids, traces and cache keys: `local/nano`. */
  readonly id: string
  readonly files: ModelFiles
  /** Brings onnxruntime-node or onnxruntime-web; called at the first call, and again when it is loaded anew. */
  readonly runtime: () => Promise<unknown>
  /** What to write in an error when it cannot be brought; `onnxruntime-web` when absent. */
  readonly library?: 'onnxruntime-node' | 'onnxruntime-web'
  /** Where it computes: `cpu`, `wasm`, `webgpu`, or another execution provider of the runtime; `cpu` when absent. */
  readonly device?: string
  /** The device of WebGPU, where the runtime shall use one that is given to it. */
  readonly gpuDevice?: GpuDevice
  /** Precision of the weights, one of those there are files for; `fp32` when absent. */
  readonly weights?: WeightType
  /** Threads of the CPU; the runtime's own choice when absent. */
  readonly threads?: number
  /** Why it runs there, one sentence each. */
  readonly reasons?: readonly string[]
  /** Makes the grammars over the model's vocabulary; without it, requests with a grammar or a schema are refused. */
  readonly grammar?: (vocabulary: TokenVocabulary) => Promise<GrammarEngine>
  /** Whether the model's template tells it of tools; found out at the first call with tools when absent. */
  readonly tools?: boolean
  /** Output tokens where the request does not say; 1,024 when absent. */
  readonly maxTokens?: number
  /** Whether a model that can think before it answers does; false when absent. */
  readonly thinking?: boolean
  /** Tokens of thought at most; then the answer begins. No bound of its own when absent. */
  readonly thinkingBudget?: number
  /** Of what is drawn at temperatures above 0, where the request has no seed; 0 when absent. */
  readonly seed?: number
  /** Attention memory at most; room for 4,096 tokens when absent, 256 MiB at least. */
  readonly attentionBytes?: number
  /** False for a model too small to write instructions for another. */
  readonly writesInstructions?: boolean
  readonly clock?: Clock
  /** Decides at each load where it computes, in place of what is said here: opens it there, or elsewhere after a failure. */
  readonly opening?: <Opened>(open: (place: OnnxPlace) => Promise<Opened>) => Promise<Opened>
  /** Looks at a network that was loaded, and rejects what must not be used: it is given back, and the load fails. */
  readonly check?: (network: Network) => Promise<void>
  /** Hears what happens to the model. */
  readonly onEvent?: (event: LocalModelEvent) => void
}

/** Where a model is opened: what differs from its options. */
export type OnnxPlace = Partial<
  Pick<OnnxModelOptions, 'runtime' | 'library' | 'device' | 'threads' | 'reasons' | 'attentionBytes' | 'check'>
>

/**
 * A local chat model on onnxruntime (1.30), in Node, browsers and Workers: our own sessions, prompts and sampling.
 *
 * 1. Loads at the first call and stays loaded until it is closed; a failed load is tried again by the next call.
 * 2. Calls are computed side by side, lower priority first, then in order of arrival; what their prompts have in common is
 *    computed once. An answer does not depend on what else is computed.
 * 3. Temperature 0 when the request does not say. Above it, draws depend on the request (its seed, `rolloutId`), never on
 *    the order of calls. `extra` may hold `top_k`, `min_p` and `repetition_penalty`. What is drawn from is what transformers'
 *    generate() would draw from; log-probabilities are those of the network, before penalties, grammar and temperature, of all
 *    tokens that were written, thoughts and calls included.
 * 4. One deadline covers loading, the place in the queue and every completion. When it passes, or the caller aborts, the
 *    call ends at once: a load goes on for the next call, the device is free after the step under way.
 * 5. With a grammar engine it obeys `grammar` and `responseSchema`, after its thought if it thinks, and `toolChoice`. Where
 *    it may call tools but need not, its answer is calls with arguments by their tools' schemas, or what `grammar` or
 *    `responseSchema` asks for; without either, it is free until it begins a call, and then calls of the offered tools. What of
 *    a schema cannot be followed there, an event tells (`degraded`).
 * 6. Thoughts (`<think>`) and tool calls (`<tool_call>`) come in the form of Qwen3, apart from the text. A thought is closed
 *    when `thinkingBudget` is spent. Images are refused, and tools where the template does not name them.
 * 7. score() reads the answers as they are, right after the question and without a thought, all in one pass; each is split
 *    into tokens by itself. Control tokens (`<|im_end|>`) in messages, tools and answers are text.
 * 8. When memory runs out, it goes on with half as much for attention, thrice at most, and says so by an event; a stream
 *    that had begun starts over (`reset`). After another failure of the network the next call loads it anew.
 * 9. Its identity covers the files, the precision of their weights and the defaults for what a request leaves open; device
 *    and threads do not count: elsewhere the same files answer alike, but for rounding.
 *
 * @throws RuntimeError `runtime/no-backend`, `runtime/model-files`, `runtime/out-of-memory`, `runtime/failed` from calls;
 *   ModelError `model/context-window`, `model/timeout`, `model/unsupported`, `model/rate-limit`, `model/request` for
 *   messages that the model's template refuses and grammars that cannot be read
 * @example
 * const model = onnxModel({ id: 'local/mine', files, runtime: () => import('onnxruntime-web') })
 */
export const onnxModel = (options: OnnxModelOptions): LocalModel => {
  const { id, files, weights = 'fp32' } = options
  const { maxTokens = 1024, thinking = false, thinkingBudget = Number.POSITIVE_INFINITY, seed = 0 } = options
  const { clock = systemClock, onEvent = () => {}, opening = open => open({}) } = options
  const obeys = options.grammar !== undefined
  return chatModel({
    ...{ id, maxTokens, thinking, thinkingBudget, seed, clock, onEvent },
    capabilities: {
      ...{ responseSchema: obeys, grammar: obeys, images: false },
      ...(obeys && { answerGrammars }),
      ...(options.tools !== undefined && { tools: options.tools }),
      ...(thinking && { reasoning: true }),
      ...(options.writesInstructions !== undefined && { writesInstructions: options.writesInstructions }),
    },
    async identity() {
      const budget = Number.isFinite(thinkingBudget) ? { thinkingBudget } : {}
      return sha256(
        canonicalJson({ files: await files.digest(namesOf(weights)), weights, maxTokens, thinking, ...budget, seed }),
      )
    },
    open: (attempt, warm) =>
      opening(place => {
        const here = { ...options, ...place, weights, clock, onEvent }
        return openNetwork({ ...here, ...backendOf(here), warm, attentionShare: 2 ** -attempt })
      }),
    lessMemory: attempt =>
      attempt < 3 ? { from: memoryText(2 ** attempt), to: memoryText(2 ** (attempt + 1)) } : undefined,
  })
}

/** The files that decide what it answers: others beside them, weights of another precision say, do not. */
const namesOf = (weights: WeightType): readonly string[] => [
  ...['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'],
  ...['', '_data', '_data_1', '_data_2', '_data_3'].map(part => `${graphFiles[weights]}${part}`),
]

const memoryText = (part: number): string => `${part === 1 ? 'all' : `1/${part}`} of the attention memory`

const backendOf = ({
  weights,
  device = 'cpu',
  threads = 0,
  reasons = [],
}: Pick<OnnxModelOptions, 'device' | 'threads' | 'reasons'> & { readonly weights: WeightType }): {
  readonly device: string
  readonly backend: BackendConfig
} => ({
  device,
  backend: isOnCpu(device) ? { kind: 'cpu', threads, weights, reasons } : { kind: 'gpu', device, weights, reasons },
})

const isOnCpu = (device: string): boolean => device === 'cpu' || device === 'wasm'
