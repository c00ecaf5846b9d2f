import { ConfigurationError } from '../errors/configuration-error.ts'
import { derive } from './seeded-random.ts'

/** Shares of the data, each 0 to 1, together at most 1. What is left over is in none of the parts. */
export interface SplitOptions {
  readonly train?: number
  readonly dev?: number
  readonly test?: number
  readonly seed?: number
}

export interface Split<Row> {
  readonly train: readonly Row[]
  readonly dev: readonly Row[]
  readonly test: readonly Row[]
}

/**
 * Shuffles rows by a seed and cuts them into training, development and test parts that share no row.
 *
 * Parts end at rounded multiples, so that shares that add up to 1 lose no row. The same rows and seed give the same parts
 * on every platform.
 *
 * @throws ConfigurationError `configuration/invalid` when a share is negative or they add up to more than 1
 * @example
 * const { train, dev, test } = split(rows, { train: 0.6, dev: 0.2, test: 0.2, seed: 7 })
 */
export const split = <Row>(
  rows: readonly Row[],
  { train = 0.6, dev = 0.2, test = 0.2, seed = 0 }: SplitOptions = {},
): Split<Row> => {
  const shares = [train, dev, test]
  const total = train + dev + test
  if (shares.some(share => !(share >= 0)) || total > 1 + 1e-9) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected shares from 0 to 1 that add up to at most 1, got train ${train}, dev ${dev}, test ${test}. Write { train: 0.6, dev: 0.2, test: 0.2 }.`,
      { option: 'split' },
    )
  }
  const shuffled = derive(seed, 'split').shuffle(rows)
  const upTo = (share: number): number => Math.round(shuffled.length * Math.min(share, 1))
  return {
    train: shuffled.slice(0, upTo(train)),
    dev: shuffled.slice(upTo(train), upTo(train + dev)),
    test: shuffled.slice(upTo(train + dev), upTo(total)),
  }
}
