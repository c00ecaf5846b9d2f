import type { Random } from '../data/random.ts'
import type { TokenLogprob } from '../ports/language-model.ts'
import { logprobsOf, perturb } from './draw-token.ts'
import { tokenTensors } from './prefix-cache.ts'
import { tokenText } from './text-decoder.ts'
import type {
  CausalModel,
  RuntimeCache,
  RuntimeTensor,
  Tokenizer,
  TransformersRuntime,
} from './transformers-runtime.ts'

export interface Generation {
  readonly prompt: readonly number[]
  /** The attention state of the first tokens of the prompt, or an empty one; disposed at the end, whatever the end. */
  readonly cache: RuntimeCache
  readonly maxTokens: number
  readonly stop: readonly string[]
  readonly temperature: number
  readonly topP: number
  readonly random: Random
  /** How many likely tokens to report beside each chosen one; undefined for no log-probabilities. */
  readonly topLogprobs: number | undefined
  readonly signal: AbortSignal | undefined
  readonly told: ((text: string) => void) | undefined
}

export interface Generated {
  readonly text: string
  readonly tokenCount: number
  /** Whether the model ended the answer itself, or a stop text did; else it was cut. */
  readonly complete: boolean
  readonly logprobs: readonly TokenLogprob[] | undefined
}

/** Writes one answer, token by token. Throws the signal's reason when it aborts, after the step under way. */
export const generateTokens = async (
  runtime: TransformersRuntime,
  model: CausalModel,
  tokenizer: Tokenizer,
  generation: Generation,
): Promise<Generated> => {
  const { prompt, cache, maxTokens, stop, signal, topLogprobs } = generation
  const endings = endTokens(model)
  const answer = tokenText(tokenizer, stop, generation.told !== undefined)
  const logprobs: TokenLogprob[] = []
  let tokenCount = 0
  let ended = false
  let shown: Float32Array | undefined
  let failure: { readonly error: unknown } | undefined

  /** Nothing is thrown through the library, which would lose the tensors of the step: the generation is ended instead. */
  const guarded = (step: () => void): void => {
    if (failure) return
    try {
      signal?.throwIfAborted()
      step()
    } catch (error) {
      failure = { error }
    }
  }

  /** Sees the logits of each step before the greatest is taken. */
  const onLogits = (_tokens: unknown, logits: RuntimeTensor): RuntimeTensor => {
    guarded(() => {
      if (!(logits.data instanceof Float32Array)) return
      if (topLogprobs !== undefined) shown = logits.data.slice()
      perturb(logits.data, generation)
    })
    return logits
  }
  /** Sees each token once it is taken, and says whether it was the last. */
  const onToken = ([row]: readonly (readonly bigint[])[]): boolean[] => {
    guarded(() => {
      const token = Number(row?.at(-1))
      tokenCount += 1
      if (shown !== undefined && topLogprobs !== undefined) {
        const textOf = (one: number): string => tokenizer.decode([one], { skip_special_tokens: false })
        logprobs.push(logprobsOf(shown, token, topLogprobs, textOf))
      }
      if (endings.has(token)) ended = true
      else {
        answer.push(token)
        generation.told?.(answer.text)
      }
    })
    return [ended || answer.stopped || failure !== undefined]
  }

  try {
    signal?.throwIfAborted()
    await model.generate({
      ...tokenTensors(runtime, prompt),
      past_key_values: cache,
      max_new_tokens: maxTokens,
      do_sample: false, // the greatest of the perturbed logits is the draw
      logits_processor: [onLogits],
      stopping_criteria: [onToken],
    })
  } finally {
    await cache.dispose()
  }
  if (failure) throw failure.error
  const complete = ended || answer.stopped
  answer.end()
  return { text: answer.text, tokenCount, complete, logprobs: topLogprobs === undefined ? undefined : logprobs }
}

/** The tokens that end an answer; none where the model's files do not say. */
export const endTokens = ({ generation_config }: CausalModel): ReadonlySet<number> => {
  const ids = generation_config?.eos_token_id ?? []
  return new Set(typeof ids === 'number' ? [ids] : ids)
}
