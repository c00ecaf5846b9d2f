import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { binomialQuantiles } from '../../src/evaluation/binomial-quantiles.ts'

describe('binomialQuantiles', () => {
  // By the cumulative binomial distribution, with successes / trials as the chance.
  test.each([
    [8, 6, { low: 3, high: 8 }],
    [10, 1, { low: 0, high: 3 }],
    [60, 30, { low: 22, high: 38 }],
    [100, 90, { low: 84, high: 95 }],
    [5_000, 2_500, { low: 2_431, high: 2_569 }],
  ])('of %i with %i right are these', (trials, successes, expected) => {
    expect(binomialQuantiles(trials, successes, 0.025)).toEqual(expected)
  })

  test('are what resampling comes near to', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat({ max: 1_000 }), (trials, seed) => {
        const random = seededRandom(seed)
        const successes = random.integer(1, trials - 1)
        const { low, high } = binomialQuantiles(trials, successes, 0.025)
        const sums = Array.from({ length: 4_000 }, () => {
          let sum = 0
          for (let drawn = 0; drawn < trials; drawn += 1) if (random.random() * trials < successes) sum += 1
          return sum
        })
        const share = (holds: (sum: number) => boolean): number => sums.filter(holds).length / sums.length
        expect(share(sum => sum < low)).toBeLessThan(0.036)
        expect(share(sum => sum > high)).toBeLessThan(0.036)
        expect(share(sum => sum <= low)).toBeGreaterThan(0.015)
        expect(share(sum => sum >= high)).toBeGreaterThan(0.015)
      }),
      { numRuns: 30, seed: 3 },
    )
  })
})
