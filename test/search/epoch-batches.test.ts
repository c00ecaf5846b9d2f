import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { epochBatches } from '../../src/search/epoch-batches.ts'

test('the batches are those of gepa 0.1.4 for the same dice', () => {
  const batchOf = epochBatches(7, 3, seededRandom(0))
  expect(Array.from({ length: 6 }, (_, step) => batchOf(step))).toEqual([
    [4, 2, 1],
    [0, 5, 3],
    [6, 6, 3],
    [1, 0, 4],
    [5, 6, 2],
    [3, 3, 2],
  ])
})

test('an epoch has every row, and some of them once more to fill the last batch', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), fc.nat(), (rows, size, seed) => {
      const batchOf = epochBatches(rows, size, seededRandom(seed))
      const steps = Math.ceil(rows / size)
      for (let epoch = 0; epoch < 3; epoch += 1) {
        const batches = Array.from({ length: steps }, (_, step) => batchOf(epoch * steps + step))
        for (const batch of batches) expect(batch).toHaveLength(size)
        const counts = [...Array(rows).keys()].map(row => batches.flat().filter(one => one === row).length)
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      }
    }),
    { seed: 3 },
  )
})

test('a step that is passed over passes over its batch', () => {
  const [all, some] = [epochBatches(9, 3, seededRandom(1)), epochBatches(9, 3, seededRandom(1))]
  const batches = [0, 1, 2].map(all)
  expect([0, 2].map(some)).toEqual([batches[0], batches[2]])
})
