import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { responseModel, type Trial } from '../../src/search/response-model.ts'

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))

/** Competitors of two to four effects each, who all have the first. */
const races = fc
  .record({
    competitors: fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 6,
    }),
    runs: fc.array(fc.tuple(fc.nat(5), fc.nat(4), fc.constantFrom(0, 0.3, 1)), { minLength: 1, maxLength: 40 }),
  })
  .map(({ competitors, runs }): readonly Trial[] => {
    const effects = competitors.map(own => [0, ...own])
    return runs.map(([one, row, score]) => ({ effects: effects[one % effects.length] ?? [0], row, score }))
  })

const settings = { effectSd: [1.8, 0.4, 0.4, 0.8, 0.2, 0.2, 0.15, 0.5], rows: 5, rowSd: 1.5 }

describe('responseModel', () => {
  test('is where the posterior is highest: nothing pulls any effect or row to one side', () => {
    fc.assert(
      fc.property(races, trials => {
        const effectMean = [0, 0.15, 0, 0.6]
        const { effects, ease } = responseModel({ ...settings, effectMean }, trials)
        const miss = ({ effects: active, row, score }: Trial): number =>
          score - sigmoid(active.reduce((sum, effect) => sum + (effects[effect] ?? 0), ease[row] ?? 0))
        for (const [effect, sd] of settings.effectSd.entries()) {
          const pull = trials
            .filter(trial => trial.effects.includes(effect))
            .reduce((sum, trial) => sum + miss(trial), 0)
          expect(pull - ((effects[effect] ?? 0) - (effectMean[effect] ?? 0)) / sd ** 2).toBeCloseTo(0, 1)
        }
        for (let row = 0; row < settings.rows; row += 1) {
          const pull = trials.filter(trial => trial.row === row).reduce((sum, trial) => sum + miss(trial), 0)
          expect(pull - (ease[row] ?? 0) / settings.rowSd ** 2).toBeCloseTo(0, 1)
        }
      }),
      { numRuns: 200, seed: 3 },
    )
  })

  test('comes to the same from where the last one ended', () => {
    fc.assert(
      fc.property(races, trials => {
        const cold = responseModel(settings, trials)
        const half = responseModel(settings, trials.slice(0, trials.length / 2))
        const warm = responseModel({ ...settings, start: half }, trials)
        for (const [effect, value] of cold.effects.entries()) expect(warm.effects[effect]).toBeCloseTo(value, 1)
      }),
      { numRuns: 100, seed: 4 },
    )
  })

  test('does not take a competitor who had the easy rows for a good one', () => {
    const [first, second, third] = [
      [0, 1],
      [0, 2],
      [0, 3],
    ] as const
    const everywhere = [0, 1, 2, 3].map(row => ({ effects: third, row, score: row < 2 ? 1 : 0 }))
    const { effects } = responseModel({ effectSd: [1.8, 0.8, 0.8, 0.8], rows: 4 }, [
      ...everywhere,
      ...everywhere,
      ...[0, 1].map(row => ({ effects: first, row, score: 1 })),
      ...[2, 3].map(row => ({ effects: second, row, score: 1 })),
    ])
    expect(effects[2]).toBeGreaterThan(effects[1] ?? 0)
  })

  test('believes of relatives what it saw of one, and less than of the one', () => {
    const parent = [0, 1]
    const model = responseModel(
      { effectSd: [1.8, 0.8, 0.4, 0.4], rows: 6 },
      [0, 1, 2, 3, 4, 5].flatMap(row => [
        { effects: parent, row, score: 1 },
        { effects: [0], row, score: 0 },
      ]),
    )
    const rows = [0, 1, 2, 3, 4, 5]
    const child = model.reckon([0, 1, 2], rows)
    expect(child.mean).toBeGreaterThan(0.6)
    expect(child.sd).toBeGreaterThan(model.reckon(parent, rows).sd)
  })

  test('draws what it believes: the mean and the spread of many draws are those it reckons with', () => {
    const [first, second] = [
      [0, 1],
      [0, 2],
    ] as const
    const model = responseModel({ effectSd: [1, 0.8, 0.8], rows: 8 }, [
      ...[0, 1, 2, 3].map(row => ({ effects: first, row, score: 1 })),
      ...[0, 1, 2, 4].map(row => ({ effects: second, row, score: 0 })),
    ])
    const random = seededRandom(11)
    const gaps = Array.from({ length: 4_000 }, () => {
      const drawn = model.draw(random)
      return (drawn[1] ?? 0) - (drawn[2] ?? 0)
    })
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const sd = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(mean).toBeCloseTo((model.effects[1] ?? 0) - (model.effects[2] ?? 0), 1)
    expect(sd).toBeLessThan(Math.sqrt(2) * 0.8)
    expect(sd).toBeGreaterThan(0.5)
  })

  test('believes what it did before where nothing ran', () => {
    const model = responseModel({ effectSd: [1.8, 0.4], effectMean: [0, 0.6], rows: 2 }, [])
    expect([...model.effects]).toEqual([0, 0.6])
    expect(model.chances([0], [0, 1])).toEqual([0.5, 0.5])
  })
})
