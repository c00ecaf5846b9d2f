import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import type { Optimizer } from '../../src/optimizers/optimizer.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { everyOptimizer } from './every-optimizer.ts'
import { faulty, puzzles, quizModel, quizzes, sameAnswer } from './quiz.ts'

type Row = ReturnType<typeof puzzles>[number]

interface Trial {
  readonly train?: readonly Row[]
  readonly dev?: readonly Row[]
  readonly metric?: Metric<Row, { readonly answer: string }>
  readonly model?: LanguageModel
}

/** What a run comes to: its result, or the error that ended it. */
const outcome = async (make: () => Optimizer, trial: Trial) => {
  const { train = puzzles(1, 12), dev = puzzles(101, 10), metric = sameAnswer, model = quizModel() } = trial
  const problem = { ...{ train, dev, metric, model }, budget: { calls: 300 } }
  return make()
    .optimize(quizzes[1](), problem)
    .then(
      result => ({ result, warnings: result.warnings.map(({ code }) => code), error: undefined }),
      (error: unknown) => ({ error, result: undefined, warnings: [] }),
    )
}

/** A person who reads the error knows what to do. */
const isClear = (error: unknown): boolean => KkachiError.is(error) && error.message.length > 40

describe.each(everyOptimizer)('%s', (_, make) => {
  test('a metric that throws for some examples costs these examples and is told', async () => {
    const metric: Trial['metric'] = (row, prediction) => {
      if (/[05]$/.test(row.question)) throw new Error('No gold answer here.')
      return sameAnswer(row, prediction)
    }
    const { result, warnings, error } = await outcome(make, { metric })
    expect(error).toBeUndefined()
    expect(warnings).toContain('failed-examples')
    expect(result?.warnings.find(({ code }) => code === 'failed-examples')?.message).toContain('No gold answer here.')
    expect(result?.score ?? 0).toBeGreaterThanOrEqual(result?.baseline ?? 0)
  })

  test('a model that fails in a tenth of its calls ends in a result, and the failures are told', async () => {
    const { result, warnings, error } = await outcome(make, { model: faulty(quizModel(), 'failing', 5) })
    expect(error).toBeUndefined()
    expect(warnings).toContain('failed-examples')
    expect(result?.score ?? 0).toBeGreaterThanOrEqual(result?.baseline ?? 0)
  })

  test('a model that always fails ends in its error', async () => {
    const busy = new ModelError('model/server', 'The server is down.', { model: 'scripted', attempts: 1 })
    const { error } = await outcome(make, { model: { ...quizModel(), generate: () => Promise.reject(busy) } })
    expect(error).toBe(busy)
  })

  test.each([0, 1])('a metric that always gives %i is told', async value => {
    const { result, warnings, error } = await outcome(make, { metric: () => value })
    if (error !== undefined) expect(isClear(error)).toBe(true)
    else {
      expect(warnings).toContain('constant-metric')
      // What an optimizer reckons a score to be is never quite as sure as what was seen.
      expect(Math.abs((result?.score ?? 0) - value)).toBeLessThan(0.08)
    }
  })

  test('one training row is enough, or it is said that it is not', async () => {
    for (const dev of [puzzles(101, 10), puzzles(101, 1)]) {
      const { result, error } = await outcome(make, { train: puzzles(1, 1), dev })
      if (error !== undefined) expect(isClear(error)).toBe(true)
      else expect(result?.score ?? 0).toBeGreaterThanOrEqual(result?.baseline ?? 0)
    }
  })

  test('no training row is refused before anything is sent', async () => {
    const model = quizModel()
    const { error } = await outcome(make, { train: [], model })
    expect(error).toMatchObject({ code: 'data/empty', message: expect.stringContaining('in train') })
    expect(model.calls).toEqual([])
  })

  test('rows in both parts are told, and no program is shown the answer it is asked for', async () => {
    const train = puzzles(1, 12)
    const model = quizModel()
    const { warnings, error } = await outcome(make, { train, dev: train.slice(2, 10), model })
    expect(error).toBeUndefined()
    expect(warnings).toContain('shared-rows')
    for (const { messages } of model.calls) {
      const asked = /Puzzle \d+/.exec(String(messages.at(-1)?.content))?.[0]
      const shown = messages.slice(1, -1).filter(({ role }) => role === 'user')
      if (asked !== undefined) {
        expect(shown.filter(({ content }) => new RegExp(`${asked}\\b`).test(String(content)))).toEqual([])
      }
    }
  })
})
