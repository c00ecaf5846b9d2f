import type { Random } from '../data/random.ts'

/**
 * A whole number of the Poisson distribution of a mean, by Knuth's product of uniform numbers. Made for means of a few;
 * beyond 500, where e to the power of minus the mean is no longer a number to count on, it is the mean itself.
 *
 * @see Knuth, The Art of Computer Programming, volume 2, section 3.4.1
 */
export const poisson = (random: Random, mean: number): number => {
  if (!(mean > 0)) return 0
  if (mean > 500) return Math.round(mean)
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random.random(); product > limit; product *= random.random()) count += 1
  return count
}
