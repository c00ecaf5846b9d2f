import type { Random } from '../../../data/random.ts'
import { greatest, noChoice } from './greatest.ts'

/**
 * A fair draw: the argmax of log p + Gumbel noise is distributed as p (Gumbel 1954).
 *
 * 1. Every token of the vocabulary has its dice, so that a draw does not depend on who fell away.
 * 2. In vocabularies of up to 32,768 tokens they are thrown one after the other. In larger ones two throws make the key of a hash
 *    by token, for those that are left: 150,000 throws took longer than all else.
 * 3. The logarithms are taken only where the throw could win.
 * 4. Temperatures near 0 come near the likeliest token: below 0.001 logits count from the greatest, for as they are they would
 *    be too large for single precision, and close ones one number.
 */
export const addNoise = (logits: Float32Array, temperature: number, random: Random): number => {
  const dice = logits.length > mostThrown ? hashedDice(random) : thrownDice(random)
  const base = temperature < nearZero ? (logits[greatest(logits)] as number) : 0
  let best = -1
  let most = Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number
    const below = dice.throw(token, logit)
    if (!(logit > Number.NEGATIVE_INFINITY)) continue
    const scaled = (logit - base) / temperature
    const gap = most - scaled
    if (gap > 0) {
      // noise > d needs thrown > exp(-exp(-d)), which is at least 1 - exp(-d); exp(d) is more than the beginning of its series,
      // which nearly always tells already.
      if (below * (1 + gap * (1 + gap * (0.5 + gap / 6))) > certainly || below > Math.exp(-gap) * certainly) continue
    }
    // Rounded as the logits are, which decides between what is nearly equal.
    const drawn = Math.fround(scaled - Math.log(-Math.log(dice.exactly())))
    if (drawn > most) {
      most = drawn
      best = token
    }
  }
  if (best < 0) throw noChoice()
  return best
}

const nearZero = 1e-3

/** A little more than the bound, for what rounding takes away. */
const certainly = 1.001

/** Vocabularies up to here throw for every token, as they always did. */
const mostThrown = 2 ** 15

interface Dice {
  /** Throws for a token; how far below 1 it fell, at least. */
  throw(token: number, logit: number): number
  /** What was thrown last, above 0 and below 1. */
  exactly(): number
}

const thrownDice = ({ random }: Random): Dice => {
  let thrown = 0
  return {
    throw() {
      thrown = random() || Number.MIN_VALUE
      return 1 - thrown
    },
    exactly: () => thrown,
  }
}

/** Two rounds of the finalizer of MurmurHash3 (Appleby) over the token, under a key of 64 bits. */
const hashedDice = ({ random }: Random): Dice => {
  const first = Math.floor(random() * 2 ** 32)
  const second = Math.floor(random() * 2 ** 32)
  let high = 0
  return {
    throw(token, logit) {
      if (logit === Number.NEGATIVE_INFINITY) return 1
      high = mixed(mixed((Math.imul(token, 0x9e3779b1) + first) | 0) ^ second) >>> 0
      return 1 - (high + 1) / 2 ** 32
    },
    exactly() {
      const low = mixed((high + first) | 0) >>> 11
      return (high * 2 ** 21 + low + 0.5) / 2 ** 53
    },
  }
}

const mixed = (word: number): number => {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
