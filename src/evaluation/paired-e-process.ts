import { ConfigurationError } from '../errors/configuration-error.ts'
import { type PairedTest, pairedTest } from './paired-sprt.ts'

export interface PairedEProcessOptions {
  /** How often a difference is seen where there is none, at most, however often one looks; 0.05 when absent. */
  readonly alpha?: number
}

/**
 * Compares two programs on the same examples, one by one, where nobody knows how large a difference to look for. It never
 * says `neither`: stop when the examples or the money end.
 *
 * It bets on who wins the next pair that differs by the pairs before it: each step multiplies the evidence by
 * (won + 3) / (won and lost + 6) over one half, a mixture of all chances with a Beta(3, 3) prior. Under no difference the
 * evidence reaches 1 / alpha in at most alpha of all runs (Ville's inequality), at whatever moment one looks.
 *
 * @see Ramdas, Gruenwald, Vovk and Shafer 2023, arXiv:2210.01948
 * @throws ConfigurationError `configuration/invalid` for an alpha that is not between 0 and 1
 * @example
 * const test = pairedEProcess()
 * for (const row of rows) if (test.add(await scoreOf(a, row), await scoreOf(b, row)) !== 'open') break
 */
export const pairedEProcess = ({ alpha = 0.05 }: PairedEProcessOptions = {}): PairedTest => {
  if (!(alpha > 0 && alpha < 1)) {
    throw new ConfigurationError('configuration/invalid', `Expected alpha between 0 and 1, got ${alpha}. Write 0.05.`, {
      option: 'alpha',
    })
  }
  const enough = Math.log(1 / alpha)
  let [evidence, won, lost] = [0, 0, 0]
  return pairedTest((wins, losses) => {
    const bet = wins > won ? won : lost
    evidence += Math.log((2 * (bet + prior)) / (won + lost + 2 * prior))
    won = wins
    lost = losses
    if (evidence < enough) return 'open'
    return wins > losses ? 'second' : 'first'
  })
}

/** Of wins and of losses: small differences are more usual than large ones. */
const prior = 3
