import { ConfigurationError } from '../errors/configuration-error.ts'

/** How a comparison stands: who is better, that neither is by as much as was asked, or that more pairs are needed. */
export type PairedVerdict = 'second' | 'first' | 'neither' | 'open'

/** A comparison that may be looked at after every pair. */
export interface PairedTest {
  /** Tells the scores of both on one more example. */
  add(first: number, second: number): PairedVerdict
  readonly verdict: PairedVerdict
  /** Pairs seen. */
  readonly n: number
  /** Pairs that differ: those the second won, and those the first won. */
  readonly wins: number
  readonly losses: number
}

export interface PairedSprtOptions {
  /** The difference of means worth finding, above 0. */
  readonly difference: number
  /** The share of pairs that differ, above `difference`, at most 1. */
  readonly discordant: number
  /** How often a difference is seen where there is none, at most, both sides together; 0.05 when absent. */
  readonly alpha?: number
  /** How often `difference` is missed, at most; 0.1 when absent. */
  readonly beta?: number
}

/**
 * Compares two programs on the same examples, one by one, and stops as soon as it is known which is better: Wald's
 * sequential test of a sign, run to both sides. Only pairs that differ say something; of graded scores only who is higher
 * counts.
 *
 * Under a difference d a pair that differs favors the better program with psi = (discordant + d) / (2 discordant); each
 * step adds ln(psi / .5) or ln((1 - psi) / .5) to a sum that ends at ln((1 - beta) / (alpha / 2)) or at
 * ln(beta / (1 - alpha / 2)). A verdict is final.
 *
 * @see Wald 1945, Sequential Tests of Statistical Hypotheses
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const test = pairedSprt({ difference: 0.1, discordant: 0.3 })
 * for (const row of rows) if (test.add(await scoreOf(a, row), await scoreOf(b, row)) !== 'open') break
 */
export const pairedSprt = ({ difference, discordant, alpha = 0.05, beta = 0.1 }: PairedSprtOptions): PairedTest => {
  within('discordant', discordant, 0, 1)
  within('difference', difference, 0, discordant)
  within('alpha', alpha, 0, 0.5)
  within('beta', beta, 0, 0.5)
  // With psi of 1 a single pair to the other side would end everything.
  const psi = Math.min((discordant + difference) / (2 * discordant), 0.999)
  const [up, down] = [Math.log(psi / 0.5), Math.log((1 - psi) / 0.5)]
  const [accept, drop] = [Math.log((1 - beta) / (alpha / 2)), Math.log(beta / (1 - alpha / 2))]
  return pairedTest((wins, losses) => {
    const forSecond = wins * up + losses * down
    const forFirst = losses * up + wins * down
    if (forSecond >= accept) return 'second'
    if (forFirst >= accept) return 'first'
    return forSecond <= drop && forFirst <= drop ? 'neither' : 'open'
  })
}

/** A test that judges by the pairs won and lost so far; its first verdict stands. */
export const pairedTest = (judge: (wins: number, losses: number) => PairedVerdict): PairedTest => {
  let [n, wins, losses] = [0, 0, 0]
  let verdict: PairedVerdict = 'open'
  return {
    add(first, second) {
      if (verdict !== 'open') return verdict
      n += 1
      if (second > first) wins += 1
      if (second < first) losses += 1
      if (second !== first) verdict = judge(wins, losses)
      return verdict
    },
    get verdict() {
      return verdict
    },
    get n() {
      return n
    },
    get wins() {
      return wins
    },
    get losses() {
      return losses
    },
  }
}

const within = (option: string, value: number, above: number, most: number): void => {
  if (value > above && value <= most) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected ${option} above ${above} and at most ${most}, got ${value}. Write pairedSprt({ difference: 0.1, discordant: 0.3 }).`,
    { option },
  )
}
