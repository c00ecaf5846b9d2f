import type { Random } from '../../../data/random.ts'
import { noChoice } from './greatest.ts'

/**
 * A fair draw: the argmax of log p + Gumbel noise is distributed as p (Gumbel 1954).
 *
 * The dice are thrown for every token of the vocabulary, so that a draw does not depend on who fell away; the logarithms are
 * taken only where the throw could win.
 */
export const addNoise = (logits: Float32Array, temperature: number, { random }: Random): number => {
  let best = -1
  let most = Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length; token += 1) {
    const thrown = random() || Number.MIN_VALUE
    const logit = logits[token] as number
    if (!(logit > Number.NEGATIVE_INFINITY)) continue
    const scaled = logit / temperature
    // noise > d needs thrown > exp(-exp(-d)), which is at least 1 - exp(-d)
    if (most > scaled && thrown < 1 - Math.exp(scaled - most) * certainly) continue
    // Rounded as the logits are, which decides between what is nearly equal.
    const drawn = Math.fround(scaled - Math.log(-Math.log(thrown)))
    if (drawn > most) {
      most = drawn
      best = token
    }
  }
  if (best < 0) throw noChoice()
  return best
}

/** A little more than the bound, for what rounding takes away. */
const certainly = 1.001
