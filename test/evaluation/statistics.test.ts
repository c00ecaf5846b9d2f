import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { mean, meanInterval, normalQuantile } from '../../src/evaluation/statistics.ts'

const repeat = (value: number, count: number) => Array.from({ length: count }, () => value)

describe('meanInterval', () => {
  test('repeats itself for one seed', () => {
    const scores = [1, 0, 1, 1, 0, 1]
    expect(meanInterval(scores, { seed: 3 })).toEqual(meanInterval(scores, { seed: 3 }))
  })

  test('holds the mean, inside the range of the scores', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), scores => {
        const { mean, low, high } = meanInterval(scores, { resamples: 200 })
        expect(low).toBeLessThanOrEqual(mean + 1e-12)
        expect(high).toBeGreaterThanOrEqual(mean - 1e-12)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1 + 1e-12)
      }),
    )
  })

  test.each([
    ['ten of ten', repeat(1, 10), 0.7225, 1],
    ['none of ten', repeat(0, 10), 0, 0.2775],
    ['one of one', [1], 0.2065, 1],
    ['all one half', repeat(0.5, 10), 0.3612, 0.6388],
  ])('never claims certainty where all scores are equal: %s', (_, scores, low, high) => {
    const interval = meanInterval(scores)
    expect(interval.low).toBeCloseTo(low, 3)
    expect(interval.high).toBeCloseTo(high, 3)
  })

  test('holds the true mean about 95 times in 100', () => {
    const random = seededRandom(5)
    let held = 0
    for (let trial = 0; trial < 400; trial += 1) {
      const scores = Array.from({ length: 80 }, () => (random.random() < 0.7 ? 1 : 0))
      const { low, high } = meanInterval(scores, { seed: trial, resamples: 400 })
      if (low <= 0.7 && 0.7 <= high) held += 1
    }
    expect(held / 400).toBeGreaterThan(0.91)
    expect(held / 400).toBeLessThan(0.99)
  })

  test('agrees with the normal interval, which takes over for many scores', () => {
    const scores = Array.from({ length: 5_000 }, (_, index) => (index % 4 === 0 ? 0 : 1))
    const resampled = meanInterval(scores, { resamples: 500 })
    const normal = meanInterval([...scores, 1])
    expect(normal.low).toBeCloseTo(resampled.low, 2)
    expect(normal.high).toBeCloseTo(resampled.high, 2)
  })

  test('has no mean of nothing', () => {
    expect(() => meanInterval([])).toThrow(expect.objectContaining({ code: 'data/empty' }))
    expect(() => mean([])).toThrow(expect.objectContaining({ code: 'data/empty' }))
  })
})

test('normalQuantile gives the textbook numbers', () => {
  expect(normalQuantile(0.95)).toBeCloseTo(1.96, 3)
  expect(normalQuantile(0.99)).toBeCloseTo(2.576, 3)
})
