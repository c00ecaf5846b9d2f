import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { type ParzenTrial, treeParzenEstimator } from '../../src/search/tree-parzen-estimator.ts'
import recorded from '../vectors/optuna/tree-parzen.json' with { type: 'json' }

const spaces = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 })

/** A space with a history of trials in it. */
const histories = spaces.chain(sizes =>
  fc.record({
    sizes: fc.constant(sizes),
    trials: fc.array(
      fc.record({
        choices: fc.tuple(...sizes.map(size => fc.integer({ min: 0, max: size - 1 }))),
        value: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 60 },
    ),
  }),
)

describe('treeParzenEstimator', () => {
  test.each(recorded.cases)("has Optuna's densities: $name", ({ sizes, trials, advantages }) => {
    const sampler = treeParzenEstimator(sizes)
    for (const { choices, advantage } of advantages) {
      expect(sampler.advantage(trials, choices)).toBeCloseTo(advantage, 9)
    }
  })

  test('suggests only choices that there are, and the same ones for the same dice', () => {
    fc.assert(
      fc.property(histories, fc.nat(), ({ sizes, trials }, seed) => {
        const sampler = treeParzenEstimator(sizes)
        const choices = sampler.suggest(trials, seededRandom(seed))
        expect(choices).toHaveLength(sizes.length)
        for (const [parameter, choice] of choices.entries()) {
          expect(Number.isInteger(choice) && choice >= 0 && choice < (sizes[parameter] ?? 0)).toBe(true)
        }
        expect(sampler.suggest(trials, seededRandom(seed))).toEqual(choices)
      }),
    )
  })

  test('changes nothing for values on another scale', () => {
    fc.assert(
      fc.property(histories, fc.nat(), ({ sizes, trials }, seed) => {
        const percent = trials.map(({ choices, value }) => ({ choices, value: 128 * value }))
        const sampler = treeParzenEstimator(sizes)
        expect(sampler.suggest(percent, seededRandom(seed))).toEqual(sampler.suggest(trials, seededRandom(seed)))
      }),
    )
  })

  test('draws evenly before it has seen ten trials', () => {
    const sampler = treeParzenEstimator([4])
    const trials: readonly ParzenTrial[] = Array.from({ length: 9 }, () => ({ choices: [2], value: 1 }))
    const random = seededRandom(5)
    const counts = [0, 0, 0, 0]
    for (let index = 0; index < 4_000; index += 1) {
      const [choice = 0] = sampler.suggest(trials, random)
      counts[choice] = (counts[choice] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120)
    expect(sampler.advantage(trials, [2])).toBeUndefined()
  })

  test('comes to prefer the pair that does well together', () => {
    const sampler = treeParzenEstimator([5, 5])
    const random = seededRandom(3)
    const trials: ParzenTrial[] = []
    for (let index = 0; index < 80; index += 1) {
      const choices = sampler.suggest(trials, random)
      const [first = 0, second = 0] = choices
      trials.push({
        choices,
        value: first === 3 && second === 1 ? 1 : (first === 3 ? 0.3 : 0) + (second === 1 ? 0.3 : 0),
      })
    }
    const late = trials.slice(40).filter(({ value }) => value === 1).length
    expect(late).toBeGreaterThan(12) // evenly drawn it would be 2 of 40
  })

  test('has nothing to learn where each parameter has one choice', () => {
    const trials = Array.from({ length: 20 }, () => ({ choices: [0, 0], value: 0.5 }))
    expect(treeParzenEstimator([1, 1]).suggest(trials, seededRandom(1))).toEqual([0, 0])
  })

  test('refuses choices that no parameter has', () => {
    const sampler = treeParzenEstimator([2, 2])
    expect(() => sampler.suggest([{ choices: [0], value: 1 }], seededRandom(1))).toThrow(RangeError)
    expect(() => sampler.suggest([{ choices: [0, 2], value: 1 }], seededRandom(1))).toThrow('one choice below each')
  })
})
