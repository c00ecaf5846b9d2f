import type { Random } from '../data/random.ts'
import type { TokenLogprob } from '../ports/language-model.ts'

export interface Drawing {
  readonly temperature: number
  readonly topP: number
  readonly random: Random
}

/**
 * Changes logits so that their greatest is a fair draw: tokens outside the nucleus fall away, the rest get Gumbel noise
 * (the argmax of log p + noise is distributed as p; Gumbel 1954). At temperature 0 they stay as they are.
 */
export const perturb = (logits: Float32Array, { temperature, topP, random }: Drawing): void => {
  if (temperature <= 0) return
  const floor = topP < 1 ? nucleusFloor(logits, temperature, topP) : Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] ?? Number.NEGATIVE_INFINITY
    // The noise is drawn for every token, so that the draw does not depend on who fell away.
    const noise = -Math.log(-Math.log(random.random() || Number.MIN_VALUE))
    logits[token] = logit < floor ? Number.NEGATIVE_INFINITY : logit / temperature + noise
  }
}

/** The least logit of the smallest set of tokens that holds `topP` of the probability (Holtzman et al. 2020). */
const nucleusFloor = (logits: Float32Array, temperature: number, topP: number): number => {
  const sorted = Float32Array.from(logits).sort().reverse()
  const greatest = sorted[0] ?? 0
  const weights = Array.from(sorted, logit => Math.exp((logit - greatest) / temperature))
  const enough = topP * weights.reduce((sum, weight) => sum + weight, 0)
  let held = 0
  for (const [rank, weight] of weights.entries()) {
    held += weight
    if (held >= enough) return sorted[rank] ?? greatest
  }
  return Number.NEGATIVE_INFINITY
}

/** The natural log-probabilities of the likeliest tokens and of one token, at temperature 1. */
export const logprobsOf = (
  logits: Float32Array,
  chosen: number,
  count: number,
  textOf: (token: number) => string,
): TokenLogprob => {
  const greatest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY)
  const total = greatest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - greatest), 0))
  const logprob = (token: number): number => (logits[token] ?? Number.NEGATIVE_INFINITY) - total
  const likeliest = Array.from(logits.keys())
    .sort((a, b) => logprob(b) - logprob(a))
    .slice(0, count)
  return {
    token: textOf(chosen),
    logprob: logprob(chosen),
    ...(count === 0 ? {} : { top: likeliest.map(token => ({ token: textOf(token), logprob: logprob(token) })) }),
  }
}
