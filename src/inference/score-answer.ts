import { endTokens } from './generate-tokens.ts'
import { tokenTensors } from './prefix-cache.ts'
import type { CausalModel, RuntimeCache, RuntimeTensor, TransformersRuntime } from './transformers-runtime.ts'

export interface Scoring {
  readonly prompt: readonly number[]
  readonly answer: readonly number[]
  /** The attention state of the first `known` tokens of the prompt, or an empty one; disposed at the end. */
  readonly cache: RuntimeCache
  readonly known: number
  readonly signal: AbortSignal
}

export interface ScoredTokens {
  readonly logprob: number
  readonly tokens: number
}

/**
 * How likely the answer is after the prompt, its end included, in one step of the network: each token is judged by what
 * comes before it, given as it is ("teacher forcing"). Any of the tokens that may end an answer counts as its end.
 */
export const scoreAnswer = async (
  runtime: TransformersRuntime,
  model: CausalModel,
  { prompt, answer, cache, known, signal }: Scoring,
): Promise<ScoredTokens> => {
  signal.throwIfAborted()
  const judged: readonly (readonly number[])[] = [...answer.map(token => [token]), [...endTokens(model)]].filter(
    choices => choices.length > 0,
  )
  const tokens = [...prompt, ...answer]
  let outputs: Readonly<Record<string, RuntimeTensor>> = {}
  try {
    outputs = await model({
      ...tokenTensors(runtime, tokens, known),
      ...(known > 0 && { past_key_values: cache }),
      // The last token of the prompt foretells the first of the answer, and the last of the answer its end.
      num_logits_to_keep: new runtime.Tensor('int64', new BigInt64Array([BigInt(answer.length + 1)]), []),
    })
    const { logits } = outputs
    if (logits === undefined) throw new Error('The network gave no logits.')
    const rows = numbersOf(logits)
    const [, length = 0, vocabulary = 0] = logits.dims
    const first = length - answer.length - 1
    const logprob = judged.reduce((sum, choices, place) => {
      const start = (first + place) * vocabulary
      return sum + logprobOf(rows.subarray(start, start + vocabulary), choices)
    }, 0)
    return { logprob: Math.max(-Number.MAX_VALUE, Math.min(0, logprob)), tokens: Math.max(1, judged.length) }
  } finally {
    for (const tensor of Object.values(outputs)) tensor.dispose()
    await cache.dispose()
  }
}

const numbersOf = (logits: RuntimeTensor): Float32Array => {
  const { data } = logits.to?.('float32') ?? logits
  return data instanceof Float32Array ? data : Float32Array.from(data, Number)
}

/** The log-probability that one of the tokens comes next. */
const logprobOf = (logits: Float32Array, choices: readonly number[]): number => {
  let greatest = Number.NEGATIVE_INFINITY
  for (const logit of logits) greatest = Math.max(greatest, logit)
  let [all, chosen] = [0, 0]
  for (const logit of logits) all += Math.exp(logit - greatest)
  for (const token of choices) chosen += Math.exp((logits[token] ?? Number.NEGATIVE_INFINITY) - greatest)
  // Where the sum is too small to be written, one choice says as much as all.
  if (chosen > 0) return Math.log(chosen) - Math.log(all)
  return Math.max(...choices.map(token => logits[token] ?? Number.NEGATIVE_INFINITY)) - greatest - Math.log(all)
}
