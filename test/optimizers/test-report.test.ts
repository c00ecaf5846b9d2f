import { describe, expect, test } from 'vitest'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import { type TestReportEvent, testReport } from '../../src/optimizers/test-report.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'

const [train, dev, heldOut] = [doublings(1, 16), doublings(100, 20), doublings(200, 30)]
const metric = isRight
const student = doubler()

describe('testReport', () => {
  test('scores both on rows that were held out, and compares them row by row', async () => {
    const model = doublingModel()
    const result = await bootstrapFewShot().optimize(student, { train, dev, metric, model })
    const spent = model.calls.length
    const events: TestReportEvent<object, object>[] = []
    const testing = testReport(result, { test: heldOut, metric, model, train, dev })
    for await (const event of testing) events.push(event)
    const report = await testing
    expect(report.before.n).toBe(30)
    expect(report.gain).toMatchObject({ n: 30, before: report.before.score, after: report.after.score })
    expect(report.gain.difference).toBeCloseTo(report.after.score - report.before.score, 12)
    expect(report.gain.low).toBeLessThanOrEqual(report.gain.difference)
    expect(report.chosenGain).toBeCloseTo((result.score ?? 0) - (result.baseline ?? 0), 12)
    expect(report.promptTokens).toEqual(result.promptTokens)
    expect(events.filter(({ type }) => type === 'example-tested')).toHaveLength(60)
    expect(events.filter(({ type }) => type === 'program-tested')).toMatchObject([
      { program: 'student' },
      { program: 'result' },
    ])
    expect(model.calls.length).toBeGreaterThan(spent)
  })

  test('runs a result that learned nothing once', async () => {
    const model = doublingModel()
    const result = await bootstrapFewShot().optimize(student, { train, dev, metric: () => false, model })
    expect(result.outcome).toBe('finished')
    const before = model.calls.length
    const report = await testReport({ ...result, program: student }, { test: doublings(203, 6), metric, model })
    expect(report.gain).toMatchObject({ difference: 0, ties: 6 })
    expect(model.calls.length - before).toBeLessThan(6 * 2 * 2)
  })

  test('warns of rows it has in common with the optimization', async () => {
    const model = doublingModel()
    const result = await labeledFewShot().optimize(student, { train, metric, model })
    const { warnings } = await testReport(result, { test: [...heldOut, ...dev.slice(3, 5)], metric, model, train, dev })
    expect(warnings.filter(({ code }) => code === 'shared-rows')).toMatchObject([
      { message: expect.stringContaining('2 of the 32 rows in test have the same inputs as a row in dev') },
    ])
  })

  test('warns of a gain that the test does not bear out', async () => {
    const model = doublingModel()
    const result = await labeledFewShot().optimize(student, { train, metric, model })
    const { warnings, gain } = await testReport(
      { ...result, score: 1, baseline: 0 },
      { test: heldOut, metric: () => true, model },
    )
    expect(gain.difference).toBe(0)
    expect(warnings).toMatchObject([{ code: 'dev-test-disagree' }])
  })

  test('an abort is thrown as it came', async () => {
    const model = doublingModel()
    const result = await labeledFewShot().optimize(student, { train, metric, model })
    const reason = new Error('enough')
    const testing = testReport(result, { test: heldOut, metric, model, signal: AbortSignal.abort(reason) })
    await expect(testing).rejects.toBe(reason)
  })
})
