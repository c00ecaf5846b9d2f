import type { JsonSchema } from '../data/json.ts'
import type { Usage } from '../data/usage.ts'
import type { Signature } from '../signature/signature.ts'
import type { AttemptCounter } from './attempt-counter.ts'
import type { Message, SignedThought, ToolCall, ToolDefinition } from './message.ts'
import type { Tracer } from './tracer.ts'

/**
 * Answers messages: a remote provider, a local network, or another model made stronger (retry, cache, strategies).
 *
 * 1. generate() resolves with at least one completion, or rejects with ModelError, BudgetError or RuntimeError.
 * 2. A caller's abort (`request.signal`) rejects with an AbortError and sends nothing more; what is in flight is closed.
 * 3. stream() yields events and ends with one `finish` a completion; a model that cannot stream yields its answer at once.
 * 4. An answer cut at the token limit or by a filter is an answer here, marked by its finish reason; modules refuse it.
 * 5. usage counts everything sent on behalf of the call, sub-calls and retries included.
 * 6. The request is not changed, and nothing of it is kept after the call ends.
 * 7. identity(), where there is one, resolves with a digest of all that decides the answers beside `id` and the request:
 *    a provider's address and key, the files and settings of a local model. The same today and tomorrow, 64 lower-case
 *    hexadecimal digits, nothing in it readable. A wrapper passes on that of what it wraps. It may read large files.
 * 8. score(), where there is one, tells how likely given answers are, each for itself, at temperature 1, whatever the
 *    sampling of the request; it draws nothing. A model has it if it can do it, and lacks it otherwise. A wrapper passes it
 *    on as a call of its own. It rejects as generate() does.
 */
export interface LanguageModel {
  /** Names the model and everything wrapped around it: `openai/gpt-4o-mini`, `retried(openai/gpt-4o-mini)`. */
  readonly id: string
  /** What the model can do beyond answering text; absent means unknown, treated as unable. */
  readonly capabilities?: ModelCapabilities
  /** Tells models of one `id` apart that answer differently; answers are kept by it. Absent: the `id` says it all. */
  identity?(): Promise<string>
  generate(request: ModelRequest): Promise<ModelResponse>
  stream(request: ModelRequest): AsyncIterable<ModelEvent>
  /** The log-probability of each of the answers, at least one: that the answer to the messages is this text and ends there. */
  score?(request: ModelRequest, answers: readonly string[]): Promise<AnswerScores>
}

/** How likely an answer is. */
export interface AnswerScore {
  /** Natural logarithm, summed over the tokens of the answer and its end; at most 0, finite. */
  readonly logprob: number
  /** Tokens summed over, at least 1. */
  readonly tokens: number
}

/** How likely the answers of one call are. */
export interface AnswerScores {
  /** In the order of the answers. */
  readonly scores: readonly AnswerScore[]
  /** One call, all tokens read: those of the question once, and those of the answers. */
  readonly usage: Usage
  /** As in an answer: what the call cost when it was first made, from a cache or journal. */
  readonly recordedUsage?: Usage
}

export interface ModelCapabilities {
  /** Obeys `responseSchema`. */
  readonly responseSchema?: boolean
  readonly tools?: boolean
  readonly images?: boolean
  readonly audio?: boolean
  readonly files?: boolean
  /** Thinks before it answers, and tells what. */
  readonly reasoning?: boolean
  /** Obeys `grammar`. */
  readonly grammar?: boolean
  /** How to write the grammars of answers, for adapters; a model that obeys them brings it, so that no other carries it. */
  readonly answerGrammars?: AnswerGrammars
  /** False for a model too small to write instructions for another: optimizers do not ask it. Unknown is able. */
  readonly writesInstructions?: boolean
}

/** The Lark grammars of answers by their format; undefined where none can promise an answer that is read without an issue. */
export interface AnswerGrammars {
  /** Every output under its marker, as in the format `chat`. */
  readonly chat: (signature: Signature) => string | undefined
  /** One JSON object of the outputs. */
  readonly json: (signature: Signature) => string | undefined
  /** Every output between tags of its name, as in the format `xml`. */
  readonly xml?: (signature: Signature) => string | undefined
}

/** How to draw the answer. Absent means the model's own default. */
export interface Sampling {
  /** 0 to 2. */
  readonly temperature?: number
  /** In (0, 1]. */
  readonly topP?: number
  /** Output tokens at most, hidden reasoning included. */
  readonly maxTokens?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
}

/** One call. Plain data but for `signal`, `attempts` and `tracer`; only what can change the answer is part of the cache key. */
export interface ModelRequest extends Sampling {
  readonly messages: readonly Message[]
  readonly tools?: readonly ToolDefinition[]
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string }
  /** The JSON schema the answer must follow, for models that can. */
  readonly responseSchema?: { readonly name: string; readonly schema: JsonSchema }
  /** A Lark grammar the answer must follow, for local models that can. */
  readonly grammar?: string
  /** Completions to draw, 1 when absent. */
  readonly n?: number
  readonly logprobs?: boolean
  readonly topLogprobs?: number
  /** Anything else the provider takes, sent as it is. */
  readonly extra?: { readonly [key: string]: unknown }
  /** Tells repeated samples of one request apart in cache and journal; not sent. */
  readonly rolloutId?: string
  /** How many leading messages the calls of one batch share; a hint for local models. Not part of the key. */
  readonly sharedMessages?: number
  /** Lower runs first where calls queue; 0 when absent. Not part of the key. */
  readonly priority?: number
  /** Milliseconds the whole call may take, retries included. Not part of the key. */
  readonly deadlineMs?: number
  /** Not part of the key. */
  readonly signal?: AbortSignal
  /** The one counter of attempts of a prediction. Not part of the key. */
  readonly attempts?: AttemptCounter
  /** Where what happens inside the call is told: attempts, sub-calls. Not part of the key. */
  readonly tracer?: Tracer
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other'

export interface TokenLogprob {
  readonly token: string
  readonly logprob: number
  readonly top?: readonly { readonly token: string; readonly logprob: number }[]
}

export interface Completion {
  readonly text: string
  readonly reasoning?: string
  readonly toolCalls?: readonly ToolCall[]
  /** What the provider wants back with the calls, unchanged; none without calls. */
  readonly thoughts?: readonly SignedThought[]
  readonly finishReason: FinishReason
  readonly logprobs?: readonly TokenLogprob[]
}

export interface ModelResponse {
  /** In the order the model gave them, at least one. */
  readonly completions: readonly [Completion, ...Completion[]]
  readonly usage: Usage
  /** What the call cost when it was first made, on an answer from a cache or journal: a replayed budget counts this. */
  readonly recordedUsage?: Usage
  /** The id the provider gave the call. */
  readonly requestId?: string
  /** The model that answered, by the provider's name for it. */
  readonly modelName?: string
}

/** `index` is the completion an event belongs to, from 0. */
export type ModelEvent =
  | { readonly type: 'text'; readonly index: number; readonly delta: string }
  | { readonly type: 'reasoning'; readonly index: number; readonly delta: string }
  | {
      readonly type: 'tool-call'
      readonly index: number
      readonly callIndex: number
      readonly id?: string
      readonly name?: string
      readonly argumentsDelta: string
    }
  | { readonly type: 'thought'; readonly index: number; readonly thought: SignedThought }
  | { readonly type: 'logprobs'; readonly index: number; readonly logprobs: readonly TokenLogprob[] }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'finish'; readonly index: number; readonly reason: FinishReason }
  /** What came before is void: the call started over. */
  | { readonly type: 'reset' }
