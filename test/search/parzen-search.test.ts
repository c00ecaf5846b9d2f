import { describe, expect, test } from 'vitest'
import { derive } from '../../src/data/seeded-random.ts'
import { predict } from '../../src/modules/predict.ts'
import { type ParzenSearchPlan, parzenSearch } from '../../src/search/parzen-search.ts'
import type { SearchEvent } from '../../src/search/search-event.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { doublings, isRight } from '../contracts/doubling-task.ts'
import { obedientModel } from '../optimizers/obedient-model.ts'

const student = predict('question -> answer', { instructions: 'Level 1.' })
const levels = (...texts: readonly number[]) => new Map([['self', texts.map(level => `Level ${level}.`)]])

const searched = async (changes: Partial<ParzenSearchPlan> = {}, calls = 10_000) => {
  const model = obedientModel()
  const dev = doublings(0, 40)
  const problem = { train: doublings(100, 2), dev, metric: isRight, model, budget: { calls } }
  const run = searchRun(student, problem, { seed: 0, leaving: new AbortController().signal })
  const events: SearchEvent[] = []
  const finish = async <Result>(work: AsyncGenerator<SearchEvent, Result, undefined>): Promise<Result> => {
    for (let step = await work.next(); ; step = await work.next()) {
      if (step.done) return step.value
      events.push(step.value)
    }
  }
  const scored = await finish(run.score('student', student.state))
  if (scored === undefined) throw new Error('The student fits.')
  const rows = [...dev.keys()]
  const observed = await finish(run.observe(rows.map(row => ({ candidate: scored, part: 'dev' as const, row }))))
  const result = await finish(
    parzenSearch(run, {
      choices: { instructions: levels(1, 3, 9, 5) },
      student: scored,
      observations: observed ?? [],
      part: 'dev',
      rows,
      trials: 12,
      batchSize: 10,
      fullEvaluationEvery: 3,
      dice: derive(0, 'combinations'),
      batches: derive(0, 'batches'),
      ...changes,
    }),
  )
  return { ...result, run, model, events }
}

describe('parzenSearch', () => {
  test('finds the best choice and enters only what was scored on all rows', async () => {
    const { run, trials, cut } = await searched()
    expect([trials, cut]).toEqual([12, false])
    expect(run.best?.score).toBe(0.9)
    for (const { scores } of run.candidates) expect(scores).toHaveLength(40)
  })

  test('scores each combination at most once on each row', async () => {
    const { model, run } = await searched({ trials: 40 })
    expect(model.calls.length).toBeLessThanOrEqual(4 * 40)
    expect(run.proposed.length).toBeLessThanOrEqual(4)
  })

  test('scores on all rows from the start where a batch holds them all', async () => {
    const { run, events } = await searched({ batchSize: 40, trials: 10 })
    expect(run.candidates).toHaveLength(4)
    expect(events.filter(event => event.type === 'round-started')).toHaveLength(10)
  })

  test('says what a candidate changed, and of whom', async () => {
    const demos = new Map([['self', [[], [{ question: 'What is twice 70?', answer: '140' }]]]])
    const { run } = await searched({ choices: { instructions: levels(1, 9), demos }, trials: 12 })
    const changes = run.proposed.slice(1).map(({ parents, change }) => ({ parents, ...change }))
    expect(changes).toContainEqual({ parents: [0], by: 'grounded', paths: ['self'], parts: ['instructions'] })
    expect(changes).toContainEqual({ parents: [0], by: 'bootstrap', paths: ['self'], parts: ['demos'] })
    expect(changes).toContainEqual({ parents: [0], by: 'grounded', paths: ['self'], parts: ['instructions', 'demos'] })
  })

  test.each([79, 81, 95, 130])(
    'begins no trial that does not fit into %i calls with a full evaluation',
    async calls => {
      const { cut, model, events, run } = await searched({}, calls)
      expect(cut).toBe(true)
      expect(model.calls.length).toBeLessThanOrEqual(calls)
      expect(events.filter(event => event.type === 'candidate-discarded')).toEqual([])
      expect(run.candidates.length).toBeGreaterThanOrEqual(calls < 80 ? 1 : 2)
    },
  )
})
