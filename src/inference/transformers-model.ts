import { canonicalJson } from '../data/canonical-json.ts'
import { derive } from '../data/seeded-random.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import { callScope } from '../models/call-scope.ts'
import type { Clock } from '../ports/clock.ts'
import type { Completion, LanguageModel, ModelEvent, ModelRequest, ModelResponse } from '../ports/language-model.ts'
import { type Message, textOf } from '../ports/message.ts'
import { systemClock } from '../ports/system-clock.ts'
import { callQueue } from './call-queue.ts'
import { generateTokens } from './generate-tokens.ts'
import { loadTransformers } from './load-transformers.ts'
import { prefixCache } from './prefix-cache.ts'
import { splitThought } from './split-thought.ts'
import type { LoadOptions, Tokenizer } from './transformers-runtime.ts'

export interface TransformersModelOptions {
  /** The name of the model in ids, traces and cache keys: `local/nano`. */
  readonly id: string
  /** A folder in the layout of transformers.js, or the id of a repository on the hub. */
  readonly source: string
  /** Brings @huggingface/transformers; called once, at the first call. */
  readonly runtime: () => Promise<unknown>
  /** What to load and where to run it: `dtype`, `device`, `local_files_only`, `session_options`. */
  readonly load?: LoadOptions
  /** Output tokens where the request does not say; 1,024 when absent. */
  readonly maxTokens?: number
  /** Whether a model that can think before it answers does; false when absent. */
  readonly thinking?: boolean
  /** Of what is drawn at temperatures above 0, where the request has no seed; 0 when absent. */
  readonly seed?: number
  readonly clock?: Clock
}

/**
 * A local model run by onnxruntime through @huggingface/transformers (4.3.1), in Node and in browsers.
 *
 * 1. Loads at the first call and stays loaded; a failed load is tried again by the next call.
 * 2. Calls queue: lower priority first, then in order of arrival.
 * 3. The messages that calls share (`sharedMessages`) are computed once.
 * 4. Temperature 0 when the request does not say. Above it, draws depend on the request (its seed, `rolloutId`), never on
 *    the order of calls.
 * 5. Text only: images and tools are refused.
 *
 * @throws RuntimeError `runtime/no-backend`, `runtime/model-files`, `runtime/out-of-memory` from calls; ModelError
 * `model/context-window`, `model/timeout`, `model/unsupported`
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

  /** Draws one completion; `told` gets the certain text whenever there is more of it. */
  const draw = async (request: ModelRequest, index: number, told?: (text: string) => void): Promise<Drawn> => {
    refuseUnsupported(id, request)
    const { runtime, model, tokenizer, prefixes } = await engine()
    const prompt = promptTokens(tokenizer, request, thinking)
    const window = model.config.max_position_embeddings ?? Number.POSITIVE_INFINITY
    const room = Math.min(request.maxTokens ?? maxTokens, window - prompt.tokens.length)
    if (room < 1) throw tooLong(id, prompt.tokens.length, window)
    const scope = callScope({
      signal: request.signal,
      deadlineMs: request.deadlineMs ?? Number.POSITIVE_INFINITY,
      clock,
      late: () => late(id, request.deadlineMs),
    })
    const generation = async () =>
      generateTokens(runtime, model, tokenizer, {
        prompt: prompt.tokens,
        cache: await prefixes.cacheFor(prompt.tokens.slice(0, prompt.shared)),
        maxTokens: room,
        stop: request.stop ?? [],
        temperature: request.temperature ?? 0,
        topP: request.topP ?? 1,
        random: derive(request.seed ?? seed, `${drawKey(request)} ${index}`),
        topLogprobs: request.logprobs === true ? (request.topLogprobs ?? 0) : undefined,
        signal: scope.signal,
        told,
      })
    const answer = await queue
      .run(generation, { priority: request.priority ?? 0, signal: scope.signal })
      .finally(() => scope.close(true))
    return {
      completion: {
        ...splitThought(answer.text),
        finishReason: answer.complete ? 'stop' : 'length',
        ...(answer.logprobs === undefined ? {} : { logprobs: answer.logprobs }),
      },
      inputTokens: prompt.tokens.length,
      outputTokens: answer.tokenCount,
    }
  }

  return {
    id,
    capabilities: { responseSchema: false, tools: false, images: false, grammar: false },
    async generate(request) {
      request.signal?.throwIfAborted()
      const first = await draw(request, 0)
      const rest: Drawn[] = []
      for (let index = 1; index < (request.n ?? 1); index += 1) rest.push(await draw(request, index))
      return {
        completions: [first.completion, ...rest.map(drawn => drawn.completion)],
        usage: usageOf([first, ...rest]),
      } satisfies ModelResponse
    },
    async *stream(request) {
      request.signal?.throwIfAborted()
      const drawn: Drawn[] = []
      for (let index = 0; index < (request.n ?? 1); index += 1) drawn.push(yield* streamed(draw, request, index))
      yield { type: 'usage', usage: usageOf(drawn) }
    },
  }
}

interface Drawn {
  readonly completion: Completion
  readonly inputTokens: number
  readonly outputTokens: number
}

type Draw = (request: ModelRequest, index: number, told?: (text: string) => void) => Promise<Drawn>

/** Draws one completion and yields its text as it becomes certain. */
async function* streamed(
  draw: Draw,
  request: ModelRequest,
  index: number,
): AsyncGenerator<ModelEvent, Drawn, undefined> {
  const leaving = new AbortController()
  const signal = request.signal === undefined ? leaving.signal : AbortSignal.any([request.signal, leaving.signal])
  let certain = ''
  let said = 0
  let wake = (): void => {}
  let ended = false
  const drawing = draw({ ...request, signal }, index, text => {
    certain = text
    wake()
  }).finally(() => {
    ended = true
    wake()
  })
  drawing.catch(() => {}) // thrown below, where the reader is
  try {
    while (!ended) {
      const { text, reasoning } = splitThought(certain)
      // A thought is told when it is over: until then it cannot be told from an answer that only looks like one.
      const isThinking = text === '' && (reasoning !== undefined || '<think>'.startsWith(certain.trim().slice(0, 7)))
      if (!isThinking && text.length > said) {
        yield { type: 'text', index, delta: text.slice(said) }
        said = text.length
        continue
      }
      await new Promise<void>(resolve => {
        wake = resolve
        if (ended) resolve()
      })
    }
    const drawn = await drawing
    const { text, reasoning, finishReason, logprobs } = drawn.completion
    if (reasoning !== undefined) yield { type: 'reasoning', index, delta: reasoning }
    if (text.length > said) yield { type: 'text', index, delta: text.slice(said) }
    if (logprobs !== undefined) yield { type: 'logprobs', index, logprobs }
    yield { type: 'finish', index, reason: finishReason }
    return drawn
  } finally {
    if (!ended) leaving.abort(new DOMException('The stream was left before its end.', 'AbortError'))
  }
}

/** The tokens of a prompt, and how many of the first ones its calls share. */
const promptTokens = (tokenizer: Tokenizer, { messages, sharedMessages = 0 }: ModelRequest, thinking: boolean) => {
  const tokens = encoded(tokenizer, messages, thinking, true)
  const beginning = sharedMessages > 0 ? encoded(tokenizer, messages.slice(0, sharedMessages), thinking, false) : []
  let shared = 0
  while (shared < beginning.length && shared < tokens.length - 1 && beginning[shared] === tokens[shared]) shared += 1
  return { tokens, shared }
}

const encoded = (
  tokenizer: Tokenizer,
  messages: readonly Message[],
  thinking: boolean,
  prompting: boolean,
): readonly number[] => {
  const turns = messages.map(message => ({ role: message.role, content: textOf(message) }))
  const text = tokenizer.apply_chat_template(turns, {
    tokenize: false,
    add_generation_prompt: prompting,
    enable_thinking: thinking,
  })
  return Array.from(tokenizer.encode(text, { add_special_tokens: false }), Number)
}

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

const late = (model: string, deadlineMs = 0): ModelError =>
  new ModelError(
    'model/timeout',
    `${model} did not answer within ${deadlineMs} ms, its place in the queue included. Raise deadlineMs, or send fewer calls at once.`,
    { model },
  )

const tooLong = (model: string, tokens: number, window: number): ModelError =>
  new ModelError(
    'model/context-window',
    `The prompt has ${tokens} tokens, ${model} reads ${window}. Show fewer demos, or shorten the input.`,
    { model },
  )
