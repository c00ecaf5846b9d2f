import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { PredictionError } from '../../src/errors/prediction-error.ts'
import { agreementFigures, confusionOf, correlation, rankCorrelation } from '../../src/evaluation/agreement.ts'
import { bestThreshold, type Labeled } from '../../src/evaluation/best-threshold.ts'
import { calibrate } from '../../src/evaluation/calibrate.ts'

const scores = [0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1, 1, 0.25, 0.75, 0.5]
const labels = [0, 0, 0.25, 0.5, 0.25, 1, 0.5, 1, 0.75, 1, 0, 0.5]
const labeled = scores.map((score, row) => ({
  example: { row },
  prediction: { score, answer: `answer ${row}` },
  label: labels[row] ?? 0,
}))
const judge = (_: object, prediction: { readonly score: number }) => ({
  score: prediction.score,
  passed: prediction.score >= 0.5,
  feedback: 'As I said.',
})

describe('a calibration', () => {
  test('has the figures that scipy and the textbook give', async () => {
    const report = await calibrate(judge, labeled)
    expect(report).toMatchObject({
      n: 12,
      confusion: { truePositives: 6, falsePositives: 2, trueNegatives: 3, falseNegatives: 1 },
      agreement: { mean: 0.75, n: 12 },
      precision: 0.75,
      failures: [],
    })
    expect(report.kappa).toBeCloseTo(0.47058823529411764, 12)
    expect(report.recall).toBeCloseTo(0.8571428571428571, 12)
    expect(report.f1).toBeCloseTo(0.8, 12)
    expect(report.correlation).toBeCloseTo(0.5120773971817936, 12) // scipy.stats.pearsonr
    expect(report.rankCorrelation).toBeCloseTo(0.5018315018315018, 12) // scipy.stats.spearmanr
    expect(report.meanError).toBeCloseTo(2.75 / 12, 12)
    expect(report.agreement.low).toBeLessThan(0.75)
    expect(report.agreement.high).toBeGreaterThan(0.75)
  })

  test('takes labels of yes and no', async () => {
    const yesNo = labeled.map(row => ({ ...row, label: row.label >= 0.5 }))
    const report = await calibrate(judge, yesNo)
    expect(report.correlation).toBeCloseTo(0.5340179792444579, 12)
    expect(report.rankCorrelation).toBeCloseTo(0.5262348115842176, 12)
    expect(report.kappa).toBeCloseTo(0.47058823529411764, 12)
  })

  test('lists where judge and label disagree, the furthest apart first', async () => {
    const { disagreements } = await calibrate(judge, labeled)
    expect(disagreements.map(({ index, passed, good }) => [index, passed, good])).toEqual([
      [9, false, true],
      [10, true, false],
      [4, true, false],
    ])
    expect(disagreements[0]).toMatchObject({ label: 1, score: 0.25, feedback: 'As I said.', example: { row: 9 } })
  })

  test('finds the threshold that agrees best, in an interval, and what it is worth elsewhere', async () => {
    const { best } = await calibrate(judge, labeled)
    expect(best).toMatchObject({ by: 'kappa', threshold: 0.375 })
    expect(best?.value).toBeCloseTo(0.47058823529411764, 12)
    expect(best?.low).toBeLessThanOrEqual(0.375)
    expect(best?.high).toBeGreaterThanOrEqual(0.375)
    expect(best?.heldOut).toBeLessThan(best?.value ?? 0)
    expect(await calibrate(judge, labeled)).toEqual(await calibrate(judge, labeled, { concurrency: 1 }))
  })

  test('at another threshold counts anew', async () => {
    const { confusion } = await calibrate(judge, labeled, { threshold: 0.75 })
    expect(confusion).toEqual({ truePositives: 4, falsePositives: 1, trueNegatives: 4, falseNegatives: 3 })
  })

  test('of labels that are all alike has no best threshold, and no figure that would be a guess', async () => {
    const alike = labeled.map(row => ({ ...row, label: true }))
    const report = await calibrate(judge, alike)
    expect([report.best, report.kappa, report.correlation]).toEqual([undefined, 0, undefined])
    expect((await calibrate(() => true, alike)).kappa).toBeUndefined()
  })

  test('counts what could not be judged apart', async () => {
    const unreadable = new PredictionError('prediction/unparsable', 'no', { issues: [] })
    const report = await calibrate((example: { readonly row: number }, prediction: { readonly score: number }) => {
      if (example.row === 3) throw unreadable
      return prediction.score
    }, labeled)
    expect(report.n).toBe(11)
    expect(report.failures).toEqual([{ index: 3, error: unreadable }])
  })

  test('is ended by what ends an evaluation', async () => {
    const refused = new ModelError('model/authentication', 'no', { model: 'm' })
    await expect(calibrate(() => Promise.reject(refused), labeled)).rejects.toBe(refused)
    const down = new ModelError('model/server', 'no', { model: 'm' })
    await expect(calibrate(() => Promise.reject(down), labeled)).rejects.toBe(down)
    await expect(calibrate(judge, [])).rejects.toMatchObject({ code: 'data/empty' })
    const wrong = [{ example: {}, prediction: {}, label: 'good' as unknown as boolean }]
    await expect(calibrate(() => true, wrong)).rejects.toMatchObject({ code: 'data/fields' })
  })
})

describe('figures', () => {
  test('of a table by hand', () => {
    // 20 and 15 of 50 agree: 0.7; by chance 25/50 * 30/50 + 25/50 * 20/50 = 0.5; kappa = 0.2 / 0.5.
    const figures = agreementFigures({ truePositives: 20, falsePositives: 5, trueNegatives: 15, falseNegatives: 10 })
    expect(figures.agreement).toBeCloseTo(0.7, 12)
    expect(figures.kappa).toBeCloseTo(0.4, 12)
    expect(figures.precision).toBeCloseTo(0.8, 12)
    expect(figures.recall).toBeCloseTo(2 / 3, 12)
    expect(figures.f1).toBeCloseTo(8 / 11, 12)
  })

  const pairs = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1 })

  test('lie in their ranges; kappa is the same with judge and truth exchanged', () => {
    fc.assert(
      fc.property(pairs, table => {
        const figures = agreementFigures(confusionOf(table))
        const swapped = agreementFigures(confusionOf(table.map(([a, b]) => [b, a] as const)))
        if (figures.kappa !== undefined) {
          expect(figures.kappa).toBeLessThanOrEqual(1 + 1e-12)
          expect(figures.kappa).toBeGreaterThanOrEqual(-1 - 1e-12)
          expect(swapped.kappa).toBeCloseTo(figures.kappa, 9)
        }
        expect(figures.precision).toBe(swapped.recall)
      }),
    )
  })

  test('of correlation do not change with the scale, and are 1 with itself', () => {
    const numbers = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(numbers, values => {
        const varies = new Set(values).size > 1
        for (const measure of [correlation, rankCorrelation]) {
          const same = measure(
            values,
            values.map(value => 3 * value + 1),
          )
          if (varies) expect(same).toBeCloseTo(1, 9)
          else expect(same).toBeUndefined()
        }
      }),
    )
  })
})

describe('the best threshold', () => {
  const rows = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 8 }).map(value => value / 8),
      fc.boolean(),
    ),
    {
      minLength: 1,
      maxLength: 40,
    },
  )

  test('is worth as much as any, by trying all', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('kappa' as const, 'agreement' as const, 'f1' as const), (labeled, by) => {
        const best = bestThreshold(labeled, { by, seed: 0, resamples: 3 })
        const at = (threshold: number) =>
          agreementFigures(confusionOf(labeled.map(([score, truth]) => [score >= threshold, truth] as const)))[by]
        if (new Set(labeled.map(([, truth]) => truth)).size < 2) expect(best).toBeUndefined()
        else {
          expect(at(best?.threshold ?? Number.NaN)).toBeCloseTo(best?.value ?? Number.NaN, 12)
          for (const [score] of labeled) expect(best?.value).toBeGreaterThanOrEqual((at(score) ?? 0) - 1e-12)
        }
      }),
    )
  })

  test('of a judge that is right lies between good and bad, and is worth 1 elsewhere too', () => {
    const right: Labeled[] = Array.from({ length: 40 }, (_, row) => [row < 20 ? 0.2 : 0.9, row >= 20])
    const best = bestThreshold(right, { by: 'kappa', seed: 0, resamples: 200 })
    expect(best).toEqual({ threshold: 0.55, by: 'kappa', value: 1, heldOut: 1, low: 0.55, high: 0.55 })
  })
})
