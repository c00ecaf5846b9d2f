import type { Random } from '../data/random.ts'

/** Independent draws from the standard normal distribution (Box and Muller 1958). */
export const normalDraws = (random: Random, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.random()))
    return radius * Math.cos(2 * Math.PI * random.random())
  })
