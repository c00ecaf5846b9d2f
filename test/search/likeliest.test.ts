import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import type { Problem } from '../../src/search/problem.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const student = predict('text -> label')
const rows = (count: number, from: number) =>
  Array.from({ length: count }, (_, index) => ({ text: `row ${from + index}`, label: 'a' }))
const [train, dev] = [rows(12, 0), rows(3, 100)]

/** Whether a prompt shows a row as a demo. */
const shows = ({ messages }: ModelRequest, text: string) =>
  messages.slice(0, -1).some(one => textOf(one).includes(text))

/** Right whenever it is shown a demo, and surer of it beside `row 0`. */
const model = (canScore = true) =>
  scriptedModel(({ messages }) => `[[ ## label ## ]]\n${messages.length > 2 ? 'a' : 'b'}\n\n[[ ## completed ## ]]`, {
    ...(canScore && { score: request => (shows(request, 'row 0') ? -0.1 : -2) }),
  })

const found = async (
  breakTies: 'first' | 'likelihood' | undefined,
  problem: Partial<Problem<object, { readonly label: string }>> = {},
) => {
  const optimizer = bootstrapRandomSearch({
    candidates: 4,
    maxBootstrappedDemos: 1,
    maxLabeledDemos: 2,
    ...(breakTies && { breakTies }),
  })
  const { program, score, candidates, calls } = await optimizer.optimize(student, {
    ...{
      train,
      dev,
      model: model(),
      metric: (row, prediction) => (row as { label: string }).label === prediction.label,
    },
    ...problem,
  })
  const demos = program.predictors[0]?.state.demos.map(({ text }) => text) ?? []
  return { demos, score, calls, ties: candidates.filter(one => one.score === score).length }
}

describe('candidates with the same score', () => {
  test('are told apart by the likelihood of right answers, where that is asked for', async () => {
    const [first, likely] = [await found(undefined), await found('likelihood')]
    expect(first.ties).toBeGreaterThan(1)
    expect(first.demos).not.toContain('row 0')
    expect(likely.demos).toContain('row 0')
    expect([first.score, likely.score]).toEqual([1, 1])
    expect(likely.calls).toBe(first.calls + likely.ties * dev.length)
  })

  test.each<[string, Partial<Problem<object, { readonly label: string }>>]>([
    ['the model scores no answers', { model: model(false) }],
    ['the rows lack their labels', { dev: dev.map(({ text }) => ({ text })), metric: () => true }],
  ])('are kept in their order where %s', async (_, problem) => {
    expect(await found('likelihood', problem)).toEqual(await found('first', problem))
  })

  test('are kept in their order where the budget does not hold the scores', async () => {
    const { demos, calls } = await found(undefined)
    expect((await found('likelihood', { budget: { calls: calls + 4 } })).demos).toEqual(demos)
  })
})
