import type { TokenSampling } from '../../generation.ts'

/** Makes what was said already less likely, or with numbers below 1 and 0 likelier. */
export interface TokenPenalties {
  apply(logits: Float32Array): void
  /** Counts a token of the answer. */
  add(token: number): void
}

/**
 * The repetition penalty looks at prompt and answer (Keskar et al. 2019), the other two at the answer alone (as OpenAI's
 * interface has it): its count times the one, and the other once. Undefined where none is asked for.
 */
export const tokenPenalties = (
  { repetitionPenalty, frequencyPenalty, presencePenalty }: TokenSampling,
  prompt: readonly number[],
): TokenPenalties | undefined => {
  if (repetitionPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0) return undefined
  const seen = new Set(repetitionPenalty === 1 ? [] : prompt)
  const counts = new Map<number, number>()
  return {
    apply(logits) {
      for (const token of seen) {
        const logit = logits[token] as number
        logits[token] = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty
      }
      for (const [token, count] of counts) {
        logits[token] = (logits[token] as number) - count * frequencyPenalty - presencePenalty
      }
    },
    add(token) {
      if (repetitionPenalty !== 1) seen.add(token)
      counts.set(token, (counts.get(token) ?? 0) + 1)
    },
  }
}
