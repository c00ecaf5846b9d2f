import type { GeneratedToken, TokenSampling } from '../../generation.ts'
import type { TokenConstraint } from '../../token-constraint.ts'
import { greatest } from './greatest.ts'
import { rowLikelihoods } from './likelihoods.ts'
import { narrow } from './narrow.ts'
import { addNoise } from './noise.ts'
import { tokenPenalties } from './penalties.ts'

/** Draws the tokens of one answer. */
export interface TokenDraw {
  /** Takes the logits of the next place, and writes over them. */
  draw(logits: Float32Array, constraint: TokenConstraint | undefined): GeneratedToken
  /** Hears of a token of the answer that was not drawn: it was said all the same. */
  add(token: number): void
}

/**
 * Penalties, then the grammar, then what is too unlikely falls away, then the dice: in the order of transformers' generate().
 *
 * Log-probabilities are those of the network: before penalties, grammar and temperature, as vLLM tells them
 * (`raw_logprobs`). The likeliest tokens told beside a token need not hold it.
 */
export const tokenDraw = (
  sampling: TokenSampling,
  prompt: readonly number[],
  topLogprobs: number | undefined,
): TokenDraw => {
  const { temperature, random } = sampling
  const penalties = tokenPenalties(sampling, prompt)
  return {
    draw(logits, constraint) {
      const likelihoods = topLogprobs === undefined ? undefined : rowLikelihoods(logits, topLogprobs)
      const raw = likelihoods !== undefined && penalties !== undefined ? logits.slice() : logits
      penalties?.apply(logits)
      constraint?.mask(logits)
      let best: number
      if (temperature > 0) {
        narrow(logits, sampling)
        best = addNoise(logits, temperature, random)
      } else best = greatest(logits)
      penalties?.add(best)
      return likelihoods === undefined ? { token: best } : { token: best, logprobs: likelihoods.of(raw, best) }
    },
    add: token => penalties?.add(token),
  }
}
