import type { TokenChoice } from '../../generation.ts'

/** The natural logarithm of the sum of all probabilities before they are made to sum to 1. */
export const logSumExp = (logits: Float32Array): number => {
  let most = Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number
    if (logit > most) most = logit
  }
  let sum = 0
  for (let token = 0; token < logits.length; token += 1) sum += Math.exp((logits[token] as number) - most)
  return most + Math.log(sum)
}

/** What the network holds likely at one place, read before anything is changed. */
export interface RowLikelihoods {
  /** A token as told: its own log-probability, read from logits as they were, beside the likeliest. */
  of(logits: Float32Array, token: number): TokenChoice
}

export const rowLikelihoods = (logits: Float32Array, count: number): RowLikelihoods => {
  const total = logSumExp(logits)
  const top = likeliest(logits, count).map(token => ({ token, logprob: (logits[token] as number) - total }))
  return { of: (raw, token) => ({ logprob: (raw[token] as number) - total, top }) }
}

/**
 * The tokens of the greatest logits, the greatest first, equal ones by number.
 *
 * A few are kept in order while all pass by once: nearly all are turned away by one comparison.
 */
export const likeliest = (logits: Float32Array, count: number): number[] => {
  const best: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length && count > 0; token += 1) {
    const logit = logits[token] as number
    if (best.length === count && !(logit > least)) continue
    let place = best.length === count ? count - 1 : best.length
    for (; place > 0 && (logits[best[place - 1] as number] as number) < logit; place -= 1) {
      best[place] = best[place - 1] as number
    }
    best[place] = token
    least = logits[best[best.length - 1] as number] as number
  }
  return best
}

/** The natural logarithm of the probability that one of the tokens comes next, for each set of them. */
export const judgedRow = (logits: Float32Array, choices: readonly (readonly number[])[]): number[] => {
  const total = logSumExp(logits)
  return choices.map(tokens => {
    let most = Number.NEGATIVE_INFINITY
    for (const token of tokens) most = Math.max(most, logits[token] ?? Number.NEGATIVE_INFINITY)
    if (most === Number.NEGATIVE_INFINITY) return most
    let sum = 0
    for (const token of tokens) sum += Math.exp((logits[token] ?? Number.NEGATIVE_INFINITY) - most)
    return most + Math.log(sum) - total
  })
}
