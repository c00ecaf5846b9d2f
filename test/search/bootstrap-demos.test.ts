import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { textOf } from '../../src/ports/message.ts'
import type { Module } from '../../src/ports/module.ts'
import { type BootstrapPlan, bootstrapDemos } from '../../src/search/bootstrap-demos.ts'
import { unspent } from '../../src/search/budget.ts'
import type { SearchEvent } from '../../src/search/search-event.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { type ScriptedFunction, scriptedModel } from '../../src/testing/scripted-model.ts'

const ask = predict('question -> answer')
const train = Array.from({ length: 6 }, (_, index) => ({ question: `row ${index}`, answer: `${index}` }))

/** Answers by the number of the row. */
const modelOf = (answer: (row: number, temperature: number | undefined) => string | Error) =>
  scriptedModel((({ messages, temperature }) => {
    const asked = messages.findLast(({ role }) => role === 'user')
    const given = answer(Number(/row (\d+)/.exec(asked === undefined ? '' : textOf(asked))?.[1]), temperature)
    return given instanceof Error ? given : `[[ ## answer ## ]]\n${given}`
  }) satisfies ScriptedFunction)

const bootstrap = async (
  model: ReturnType<typeof modelOf>,
  plan: Partial<BootstrapPlan> = {},
  student: Module<{ readonly question: string }, { readonly answer: string }> = ask,
) => {
  const metric = (example: { readonly answer: string }, prediction: { readonly answer: string }) =>
    prediction.answer === example.answer ? 1 : prediction.answer === 'near' ? 0.5 : 0
  const run = searchRun(student, { train, metric, model }, { seed: 0, leaving: new AbortController().signal })
  const work = bootstrapDemos(run, {
    teacher: student.state,
    order: [...train.keys()],
    count: 2,
    rounds: 1,
    threshold: undefined,
    batchSize: 1,
    keep: unspent,
    ...plan,
  })
  const tried: string[] = []
  let step = await work.next()
  for (; !step.done; step = await work.next()) tried.push(describeTry(step.value))
  return { ...step.value, tried }
}

const describeTry = (event: SearchEvent) =>
  event.type === 'demo-tried'
    ? `row ${event.row} round ${event.round} ${event.accepted ? 'taken' : 'left'}`
    : event.type

describe('bootstrapDemos', () => {
  test('keeps the good runs as demos, in the order of the rows, and stops when it has enough', async () => {
    const model = modelOf(row => (row === 1 ? 'wrong' : `${row}`))
    const { demos, rows, cut } = await bootstrap(model)
    expect(demos.get('self')).toEqual([
      { augmented: true, question: 'row 0', answer: '0' },
      { augmented: true, question: 'row 2', answer: '2' },
    ])
    expect([[...rows], cut]).toEqual([[0, 2], false])
    expect(model.calls).toHaveLength(3)
  })

  test('throws when the teacher answered no row at all', async () => {
    const down = modelOf(row => new ModelError('model/transport', `row ${row}`, { model: 'x' }))
    await expect(bootstrap(down)).rejects.toMatchObject({ code: 'model/transport', message: 'row 0' })
    const once = modelOf(row => (row === 3 ? 'wrong' : new ModelError('model/transport', 'down', { model: 'x' })))
    expect((await bootstrap(once)).rows.size).toBe(0)
  })

  test('takes the rows in the order of the plan', async () => {
    const { rows } = await bootstrap(modelOf(String), { order: [4, 2, 0] })
    expect([...rows]).toEqual([4, 2])
  })

  test('takes what the metric says has passed, or what reaches the threshold', async () => {
    const model = () => modelOf(row => (row === 0 ? 'near' : `${row}`))
    expect([...(await bootstrap(model())).rows]).toEqual([0, 1])
    expect([...(await bootstrap(model(), { threshold: 0.8 })).rows]).toEqual([1, 2])
  })

  test('tries a row again at temperature 1, as a sample of its own', async () => {
    const model = modelOf((row, temperature) => (temperature === 1 ? `${row}` : 'wrong'))
    const { tried } = await bootstrap(model, { count: 1, rounds: 3 })
    expect(tried).toEqual(['row 0 round 0 left', 'row 0 round 1 taken'])
    expect(model.calls.map(({ temperature, rolloutId }) => [temperature, rolloutId])).toEqual([
      [undefined, undefined],
      [1, 'bootstrap round 1'],
    ])
  })

  test('gives the same demos at every batch size', async () => {
    const answer = (row: number) => (row % 2 === 0 ? 'wrong' : `${row}`)
    const one = await bootstrap(modelOf(answer), { count: 2 })
    const all = await bootstrap(modelOf(answer), { count: 2, batchSize: 6 })
    expect(all.demos).toEqual(one.demos)
    expect(all.rows).toEqual(one.rows)
  })

  test('goes on after a failing row, and tells why it failed', async () => {
    const model = modelOf(row => (row === 0 ? new ModelError('model/server', 'down', { model: 'x' }) : `${row}`))
    const { rows, tried } = await bootstrap(model)
    expect([...rows]).toEqual([1, 2])
    expect(tried[0]).toBe('row 0 round 0 left')
  })

  test('stops at a refused key', async () => {
    const refused = new ModelError('model/authentication', 'no', { model: 'x' })
    await expect(bootstrap(modelOf(() => refused))).rejects.toBe(refused)
  })

  test('does not show the teacher the answer of the row it is tried on', async () => {
    const demos = [train[0] ?? {}, { question: 'row 9', answer: '9' }]
    const model = modelOf(String)
    const teacher = predict('question -> answer', { demos }).state
    await bootstrap(model, { teacher })
    expect(model.calls.map(({ messages }) => messages.length)).toEqual([4, 6])
  })

  test('takes one of the calls where a predictor answers several times in one run', async () => {
    const twice = program('question -> answer', { p: ask }, async ({ question }, { p }) => {
      await p({ question: `First, ${question}` })
      return p({ question })
    })
    const { demos } = await bootstrap(modelOf(String), { count: 6 }, twice)
    const questions = (demos.get('p') ?? []).map(demo => String(demo.question))
    expect(questions.map(question => question.replace('First, ', ''))).toEqual(train.map(row => row.question))
    expect(new Set(questions.map(question => question.startsWith('First, ')))).toEqual(new Set([true, false]))
  })

  test('gives each predictor of a run its demo', async () => {
    const model = scriptedModel(({ messages }) => {
      const last = messages.at(-1)
      return last !== undefined && textOf(last).includes('`[[ ## hint ## ]]`')
        ? '[[ ## hint ## ]]\ncount'
        : '[[ ## answer ## ]]\n0'
    })
    const both = program(
      'question -> answer',
      { hint: predict('question -> hint'), solve: predict('question, hint -> answer') },
      async ({ question }, { hint, solve }) => solve({ question, hint: (await hint({ question })).hint }),
    )
    const { demos } = await bootstrap(model, { count: 1 }, both)
    expect(Object.fromEntries(demos)).toEqual({
      hint: [{ augmented: true, question: 'row 0', hint: 'count' }],
      solve: [{ augmented: true, question: 'row 0', hint: 'count', answer: '0' }],
    })
  })
})
