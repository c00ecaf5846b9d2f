import type { Random } from '../data/random.ts'
import type { TokenConstraint } from './token-constraint.ts'

/** How tokens are drawn. */
export interface TokenSampling {
  /** 0 takes the likeliest. */
  readonly temperature: number
  /** In (0, 1]; 1 keeps all. */
  readonly topP: number
  /** Tokens kept, the likeliest first; 0 keeps all. */
  readonly topK: number
  /** Keeps tokens at least this likely beside the likeliest, in [0, 1); 0 keeps all. */
  readonly minP: number
  /** Divides the positive and multiplies the negative logits of tokens seen before; 1 changes nothing. */
  readonly repetitionPenalty: number
  readonly frequencyPenalty: number
  readonly presencePenalty: number
  /** Of this answer alone: what else is computed at the time changes nothing. */
  readonly random: Random
}

/** One answer to compute. */
export interface GenerationJob {
  /** At least one token. */
  readonly prompt: readonly number[]
  /** The first tokens of the prompt that other calls are likely to have, worth keeping; 0 when nobody knows. */
  readonly shared: number
  /** Tokens drawn or forced at most, at least 1. */
  readonly maxTokens: number
  readonly sampling: TokenSampling
  readonly endTokens: ReadonlySet<number>
  /** Made when the job begins; freed at its end, whatever the end. */
  readonly constraint?: () => TokenConstraint
  /** How many likely tokens to tell beside each of the answer; undefined for no log-probabilities. */
  readonly topLogprobs?: number | undefined
  /** Hears each token of the answer, forced ones too, ends not; true says that the answer is over. */
  readonly onToken: (token: GeneratedToken) => boolean
  /** Lower first, then in order of arrival. */
  readonly priority: number
  readonly signal: AbortSignal
}

export interface GeneratedToken {
  readonly token: number
  /** Natural logarithms at temperature 1, before any grammar; absent where nobody asked, and of a token that was forced. */
  readonly logprobs?: TokenChoice
}

export interface TokenChoice {
  readonly logprob: number
  readonly top: readonly { readonly token: number; readonly logprob: number }[]
}

export interface GenerationEnd {
  /** `end`: the network or the grammar ended it; `told`: onToken did; `length`: maxTokens or the room for the answer. */
  readonly reason: 'end' | 'told' | 'length'
  /** Tokens of the answer, the one that ended it included. */
  readonly tokens: number
  /** Tokens of the prompt that were in memory already. */
  readonly reused: number
}

/** How likely given answers are after one prompt. */
export interface ScoringJob {
  readonly prompt: readonly number[]
  readonly shared: number
  /** At least one, each perhaps empty. */
  readonly answers: readonly (readonly number[])[]
  /** Any of them is the end of an answer; with none, the answers' own tokens alone are judged. */
  readonly endTokens: ReadonlySet<number>
  readonly priority: number
  readonly signal: AbortSignal
}

/**
 * Computes answers on one network, many at a time.
 *
 * 1. An answer is the one it would be alone, whatever else is computed (but for rounding between equal logits).
 * 2. A beginning that is in memory is not computed again: what prompts share is found by their tokens.
 * 3. Jobs begin by priority, then in order of arrival; one that waits and is aborted leaves at once, one under way after the
 *    step. Either rejects with the signal's reason.
 * 4. A network that fails rejects the jobs under way with its error; those that wait are tried.
 *
 * @throws ModelError `model/context-window` for a prompt that the network's window or memory does not hold
 */
export interface InferenceEngine {
  generate(job: GenerationJob): Promise<GenerationEnd>
  /** Natural logarithms summed over the tokens of each answer and its end, in the order of `answers`. */
  score(job: ScoringJob): Promise<readonly number[]>
  /** Jobs under way and waiting reject with an AbortError; memory and network are given back. */
  close(): Promise<void>
  readonly load: EngineLoad
}

export interface EngineLoad {
  readonly running: number
  readonly waiting: number
  /** Slots in use, those kept for later included. */
  readonly slots: number
  readonly bytes: number
}
