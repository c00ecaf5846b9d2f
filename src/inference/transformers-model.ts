import { canonicalJson } from '../data/canonical-json.ts'
import { derive } from '../data/seeded-random.ts'
import { sha256 } from '../data/sha256.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import { type CallScope, callScope } from '../models/call-scope.ts'
import type { Clock } from '../ports/clock.ts'
import type {
  AnswerScores,
  Completion,
  LanguageModel,
  ModelEvent,
  ModelRequest,
  ModelResponse,
} from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { callQueue } from './call-queue.ts'
import { generateTokens } from './generate-tokens.ts'
import { loadTransformers } from './load-transformers.ts'
import { localPrompt } from './local-prompt.ts'
import { prefixCache } from './prefix-cache.ts'
import { runFailure } from './runtime-failure.ts'
import { type ScoredTokens, scoreAnswer } from './score-answer.ts'
import { splitThought } from './split-thought.ts'
import { tellCompletion } from './tell-completion.ts'
import type { LoadOptions } from './transformers-runtime.ts'

export interface TransformersModelOptions {
  /** The name of the model in ids, traces and cache keys: `local/nano`. */
  readonly id: string
  /** A folder in the layout of transformers.js, or the id of a repository on the hub. */
  readonly source: string
  /** Brings @huggingface/transformers; called once, at the first call. */
  readonly runtime: () => Promise<unknown>
  /** What to load and where to run it: `dtype`, `device`, `revision`, `local_files_only`, `session_options`. */
  readonly load?: LoadOptions
  /** Output tokens where the request does not say; 1,024 when absent. */
  readonly maxTokens?: number
  /** Whether a model that can think before it answers does; false when absent. */
  readonly thinking?: boolean
  /** Of what is drawn at temperatures above 0, where the request has no seed; 0 when absent. */
  readonly seed?: number
  /** Names the state of the files, by a digest of them say; asked when answers are kept. `source` when absent. */
  readonly revision?: () => Promise<string>
  readonly clock?: Clock
}

/**
 * A local model run by onnxruntime through @huggingface/transformers (4.3.1), in Node and in browsers.
 *
 * 1. Loads at the first call and stays loaded; a failed load is tried again by the next call.
 * 2. Calls queue: lower priority first, then in order of arrival.
 * 3. The messages that calls share (`sharedMessages`) are computed once, where the state of a network can be shared: on
 *    the CPU, not on a GPU.
 * 4. Temperature 0 when the request does not say. Above it, draws depend on the request (its seed, `rolloutId`), never on
 *    the order of calls.
 * 5. One deadline covers loading, the place in the queue and every completion. When it passes, or the caller aborts, the
 *    call ends at once: a load goes on for the next call, the device is free after the token under way.
 * 6. Text only: images and tools are refused.
 * 7. score() reads the answer as it is, right after the question and without a thought, in one step of the network.
 * 8. Its identity covers the files (`revision`), how they are loaded, and the defaults for what a request leaves open.
 *
 * @throws RuntimeError `runtime/no-backend`, `runtime/model-files`, `runtime/out-of-memory`, `runtime/failed` from calls;
 *   ModelError `model/context-window`, `model/timeout`, `model/unsupported`, `model/request` for messages that the model's
 *   template refuses
 * @example
 * const model = transformersModel({ id: 'local/qwen3', source: 'onnx-community/Qwen3-0.6B-ONNX', runtime: () => import('@huggingface/transformers') })
 */
export const transformersModel = (options: TransformersModelOptions): LanguageModel => {
  const { id, maxTokens = 1024, thinking = false, seed = 0, clock = systemClock } = options
  const queue = callQueue()
  let loading: ReturnType<typeof open> | undefined

  const open = async () => {
    const loaded = await loadTransformers(options)
    return { ...loaded, prefixes: prefixCache(loaded.runtime, loaded.model) }
  }

  const engine = () => {
    loading ??= open().catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }

  /** The paths of files are left out: elsewhere the same files answer alike. */
  const identity = async (): Promise<string> => {
    const { source, revision = async () => source, load = {} } = options
    const { local_files_only, session_options, ...loaded } = load
    return sha256(canonicalJson({ files: await revision(), loaded, maxTokens, thinking, seed }))
  }

  const scopeOf = (request: ModelRequest): CallScope => {
    refuseUnsupported(id, request)
    const { signal, deadlineMs = Number.POSITIVE_INFINITY } = request
    return callScope({ signal, deadlineMs, clock, late: () => late(id, deadlineMs) })
  }

  /** Reads the prompt once; what it returns draws the completions, and tells their certain text whenever there is more. */
  const prepare = async (request: ModelRequest, signal: AbortSignal): Promise<Draw> => {
    const { runtime, model, tokenizer, prefixes } = await engine()
    const { tokens, shared } = localPrompt(tokenizer, request, { model: id, thinking })
    const window = model.config.max_position_embeddings ?? Number.POSITIVE_INFINITY
    const room = Math.min(request.maxTokens ?? maxTokens, window - tokens.length)
    if (room < 1) throw tooLong(id, tokens.length, window)
    return async (index, told) => {
      const generation = async () =>
        generateTokens(runtime, model, tokenizer, {
          prompt: tokens,
          cache: await prefixes.cacheFor(shared),
          maxTokens: room,
          stop: request.stop ?? [],
          temperature: request.temperature ?? 0,
          topP: request.topP ?? 1,
          random: derive(request.seed ?? seed, `${drawKey(request)} ${index}`),
          topLogprobs: request.logprobs === true ? (request.topLogprobs ?? 0) : undefined,
          signal,
          told,
        })
      const answer = await queue.run(generation, { priority: request.priority ?? 0, signal }).catch(error => {
        throw runFailure(id, signal, error)
      })
      return {
        completion: {
          ...splitThought(answer.text),
          finishReason: answer.complete ? 'stop' : 'length',
          ...(answer.logprobs === undefined ? {} : { logprobs: answer.logprobs }),
        },
        inputTokens: tokens.length,
        outputTokens: answer.tokenCount,
      }
    }
  }

  /** Reads the prompt and the answers. */
  const judge = async (request: ModelRequest, texts: readonly string[], signal: AbortSignal): Promise<AnswerScores> => {
    const { runtime, model, tokenizer, prefixes } = await engine()
    const { tokens: prompt, shared } = localPrompt(tokenizer, request, { model: id, thinking })
    const answers = texts.map(text => Array.from(tokenizer.encode(text, { add_special_tokens: false }), Number))
    const window = model.config.max_position_embeddings ?? Number.POSITIVE_INFINITY
    const length = prompt.length + Math.max(...answers.map(answer => answer.length))
    if (length > window) throw tooLong(id, length, window)
    const scoring = async () => {
      const scores: ScoredTokens[] = []
      for (const answer of answers) {
        const cache = await prefixes.cacheFor(shared)
        const known = prefixes.isSharing ? shared.length : 0
        scores.push(await scoreAnswer(runtime, model, { prompt, answer, cache, signal, known }))
      }
      return scores
    }
    const scores = await queue.run(scoring, { priority: request.priority ?? 0, signal }).catch(error => {
      throw runFailure(id, signal, error)
    })
    const inputTokens = answers.reduce((sum, answer) => sum + answer.length, prompt.length)
    return { scores, usage: { ...noUsage, calls: 1, attempts: 1, inputTokens } }
  }

  const told = async function* (request: ModelRequest, scope: CallScope): AsyncGenerator<ModelEvent> {
    const draw = await scope.wait(prepare(request, scope.signal))
    const drawn: Drawn[] = []
    for (let index = 0; index < (request.n ?? 1); index += 1) {
      drawn.push(yield* tellCompletion(index, tell => scope.wait(draw(index, tell))))
    }
    yield { type: 'usage', usage: usageOf(drawn) }
    for (const [index, { completion }] of drawn.entries()) {
      yield { type: 'finish', index, reason: completion.finishReason }
    }
  }

  return {
    id,
    capabilities: { responseSchema: false, tools: false, images: false, grammar: false },
    identity,
    async generate(request) {
      const scope = scopeOf(request)
      let finished = false
      try {
        const draw = await scope.wait(prepare(request, scope.signal))
        const first = await scope.wait(draw(0))
        const rest: Drawn[] = []
        for (let index = 1; index < (request.n ?? 1); index += 1) rest.push(await scope.wait(draw(index)))
        finished = true
        return {
          completions: [first.completion, ...rest.map(drawn => drawn.completion)],
          usage: usageOf([first, ...rest]),
        } satisfies ModelResponse
      } finally {
        scope.close(finished)
      }
    },
    async score(request, answers) {
      const scope = scopeOf(request)
      let finished = false
      try {
        const score = await scope.wait(judge(request, answers, scope.signal))
        finished = true
        return score
      } finally {
        scope.close(finished)
      }
    },
    async *stream(request) {
      const scope = scopeOf(request)
      let finished = false
      try {
        for await (const event of told(request, scope)) {
          scope.check()
          yield event
        }
        finished = true
      } finally {
        scope.close(finished)
      }
    },
  }
}

interface Drawn {
  readonly completion: Completion
  readonly inputTokens: number
  readonly outputTokens: number
}

type Draw = (index: number, told?: (text: string) => void) => Promise<Drawn>

/** What makes one draw different from another: what is asked, and which rollout it is. */
const drawKey = ({ messages, rolloutId, temperature, topP }: ModelRequest): string =>
  temperature === undefined || temperature === 0 ? '' : canonicalJson({ messages, rolloutId, temperature, topP })

const usageOf = (drawn: readonly Drawn[]): Usage => ({
  ...noUsage,
  calls: 1,
  attempts: 1,
  inputTokens: drawn[0]?.inputTokens ?? 0,
  outputTokens: drawn.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
})

const refuseUnsupported = (model: string, { tools, messages, grammar }: ModelRequest): void => {
  const refused =
    tools !== undefined && tools.length > 0
      ? 'tools'
      : grammar !== undefined
        ? 'a grammar'
        : messages.some(({ content }) => typeof content !== 'string' && content.some(part => part.type !== 'text'))
          ? 'images, audio or files'
          : undefined
  if (refused === undefined) return
  throw new ModelError('model/unsupported', `${model} cannot take ${refused}. Use a model that can.`, { model })
}

const late = (model: string, deadlineMs: number): ModelError =>
  new ModelError(
    'model/timeout',
    `${model} did not answer within ${deadlineMs} ms, loading and its place in the queue included. Raise deadlineMs, or send fewer calls at once.`,
    { model },
  )

const tooLong = (model: string, tokens: number, window: number): ModelError =>
  new ModelError(
    'model/context-window',
    `The prompt has ${tokens} tokens, ${model} reads ${window}. Show fewer demos, or shorten the input.`,
    { model },
  )
