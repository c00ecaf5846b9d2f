import { describe, expect, test } from 'vitest'
import { BudgetError } from '../../src/errors/budget-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { predict } from '../../src/modules/predict.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { withDemos } from '../../src/search/demos.ts'
import type { Problem } from '../../src/search/problem.ts'
import type { SearchEvent } from '../../src/search/search-event.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const student = predict("text -> label: 'a' | 'b'")
const train = [{ text: 'one', label: 'a' }]
const dev = ['two', 'three', 'four'].map(text => ({ text, label: 'a' }))
const shown = withDemos(student.state, () => [{ text: 'zero', label: 'a' }])
const says = (label: string) => `[[ ## label ## ]]\n${label}`

/** Right only when it is shown an example. */
const critic = () => scriptedModel(({ messages }) => says(messages.length > 2 ? 'a' : 'b'))

const runOf = (model: LanguageModel, problem: Partial<Problem> = {}) =>
  searchRun(
    student,
    { train, dev, metric: (example, prediction) => prediction.label === example.label, model, ...problem },
    { seed: 0, leaving: new AbortController().signal },
  )

const drain = async <Result>(work: AsyncGenerator<SearchEvent, Result, undefined>) => {
  const events: SearchEvent[] = []
  let step = await work.next()
  for (; !step.done; step = await work.next()) events.push(step.value)
  return { events, result: step.value }
}

describe('searchRun', () => {
  test('scores a candidate on every development example and tells each', async () => {
    const { events, result } = await drain(runOf(critic()).score('demos', shown))
    expect(result).toMatchObject({ index: 0, label: 'demos', score: 1, scores: [1, 1, 1], failures: 0, calls: 3 })
    expect(events.map(event => event.type)).toEqual([
      'candidate-proposed',
      'example-evaluated',
      'example-evaluated',
      'example-evaluated',
      'candidate-evaluated',
    ])
  })

  test('keeps the best, the earlier where two tie', async () => {
    const run = runOf(critic())
    await drain(run.score('student', student.state))
    const { result: first } = await drain(run.score('demos', shown))
    await drain(
      run.score(
        'demos again',
        withDemos(shown, () => [{ text: 'nought', label: 'a' }]),
      ),
    )
    expect(run.best).toBe(first)
    expect(run.candidates.map(({ label, score }) => [label, score])).toEqual([
      ['student', 0],
      ['demos', 1],
      ['demos again', 1],
    ])
  })

  test('pays once for a state that comes up twice', async () => {
    const model = critic()
    const run = runOf(model)
    await drain(run.score('demos', shown))
    const { result } = await drain(run.score('the same', structuredClone(shown)))
    expect(result).toMatchObject({ label: 'the same', score: 1 })
    expect(model.calls).toHaveLength(3)
  })

  test('throws when the first candidate is not answered at all, and scores a later one of which others were', async () => {
    const refusing = (demos: boolean) =>
      scriptedModel(({ messages }) =>
        messages.length > 2 === demos
          ? new ModelError('model/request', 'refused', { model: 'x', status: 400 })
          : says('a'),
      )
    const first = runOf(refusing(false))
    await expect(drain(first.score('student', student.state))).rejects.toMatchObject({ code: 'model/request' })
    const later = runOf(refusing(true))
    await drain(later.score('student', student.state))
    const { result } = await drain(later.score('demos', shown))
    expect(result).toMatchObject({ score: 0, failures: 3 })
    expect(later.best?.label).toBe('student')
  })

  test('counts a candidate for nothing when the budget ends within it', async () => {
    const run = runOf(critic(), { budget: { calls: 5 } })
    await drain(run.score('student', student.state))
    const { events, result } = await drain(run.score('demos', shown))
    expect(result).toBeUndefined()
    expect(events.at(-1)).toEqual({ type: 'candidate-discarded', label: 'demos', reason: 'budget' })
    expect(run.best?.label).toBe('student')
    expect(run.meter.spent.calls).toBe(3) // a step that cannot be finished is not begun
  })

  test('knows what scoring a candidate costs', async () => {
    const run = runOf(critic())
    expect(run.scoringCost).toEqual({ calls: 0, tokens: 0, usd: 0 })
    await drain(run.score('student', student.state))
    expect(run.scoringCost.calls).toBe(3)
    expect(run.scoringCost.tokens).toBe(run.meter.spent.tokens)
  })

  test('scores on the training rows where there are no others', async () => {
    const run = searchRun(
      student,
      { train, metric: () => true, model: critic() },
      { seed: 0, leaving: new AbortController().signal },
    )
    expect([run.hasDev, run.scoring]).toEqual([false, train])
  })

  test('passes on a budget error that is not its own', async () => {
    const error = new BudgetError('budget/tokens', 'The month is spent.', { spent: 1, limit: 1 })
    await expect(drain(runOf(scriptedModel(() => error)).score('student', student.state))).rejects.toBe(error)
  })

  test('holds every model of the run to the one budget', async () => {
    const run = runOf(critic(), { budget: { calls: 1 } })
    const teacher = run.within(scriptedModel(() => says('a')))
    await teacher.generate({ messages: [] })
    await expect(run.context.model.generate({ messages: [] })).rejects.toMatchObject({ code: 'budget/calls' })
  })
})
