import type { Random } from '../data/random.ts'

/** Independent draws from the standard normal distribution (Box and Muller 1958). */
export const normalDraws = (random: Random, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.random()))
    return radius * Math.cos(2 * Math.PI * random.random())
  })

/** The density of the standard normal distribution. */
export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

/**
 * The share of the standard normal distribution below z.
 *
 * @see Abramowitz and Stegun 1964, 26.2.17; off by less than 7.5e-8
 */
export const normalShare = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail =
    normalDensity(z) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z >= 0 ? 1 - tail : tail
}
