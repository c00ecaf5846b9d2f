import { derive } from '../data/seeded-random.ts'

/** Up to so many differences every pattern of signs is tried; above, `flips` of them drawn with the seed. */
const exactUpTo = 14

export interface SignFlipOptions {
  readonly seed?: number
  /** 10,000 when absent. */
  readonly flips?: number
}

/**
 * The two-sided p-value of paired differences: how often chance alone, flipping the sign of each difference, makes a sum
 * as far from zero as the one seen. Differences of zero say nothing and are left out; none left is 1.
 *
 * Exact up to 14 differences; above, (1 + as extreme) / (1 + drawn), which is never 0.
 *
 * @see Fisher 1935; Phipson and Smyth 2010, arXiv:1603.05766, for the 1 +
 * @example
 * signFlipTest([1, 1, 1, 1, 1, 1]) // 0.03125: two of 64 patterns are as extreme
 */
export const signFlipTest = (
  differences: readonly number[],
  { seed = 0, flips = 10_000 }: SignFlipOptions = {},
): number => {
  const moved = differences.filter(difference => difference !== 0)
  if (moved.length === 0) return 1
  const seen = Math.abs(sum(moved)) * (1 - 1e-12) // sums of the same parts in another order may round apart
  if (moved.length <= exactUpTo) {
    const patterns = 2 ** moved.length
    let extreme = 0
    for (let pattern = 0; pattern < patterns; pattern += 1) {
      if (Math.abs(flippedSum(moved, index => ((pattern >>> index) & 1) === 1)) >= seen) extreme += 1
    }
    return extreme / patterns
  }
  const random = derive(seed, 'sign-flip-test')
  let extreme = 0
  for (let flip = 0; flip < flips; flip += 1) {
    let word = 0
    const total = flippedSum(moved, index => {
      if (index % 32 === 0) word = random.bits(32)
      return ((word >>> (index % 32)) & 1) === 1
    })
    if (Math.abs(total) >= seen) extreme += 1
  }
  return (1 + extreme) / (1 + flips)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const flippedSum = (values: readonly number[], isFlipped: (index: number) => boolean): number =>
  values.reduce((total, value, index) => total + (isFlipped(index) ? -value : value), 0)
