import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { unspent } from '../../src/search/budget.ts'
import { type FewShotPlan, fewShot } from '../../src/search/few-shot.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const student = predict('question -> answer', { demos: [{ question: 'old', answer: 'old' }] })
const train = Array.from({ length: 8 }, (_, index) => ({ question: `row ${index}`, answer: 'yes' }))

const plan: FewShotPlan = {
  order: [...train.keys()],
  bootstrapped: 2,
  labeled: 5,
  rounds: 1,
  threshold: undefined,
  batchSize: 1,
  keep: unspent,
  teacher: undefined,
}

const found = async (changes: Partial<FewShotPlan>, says = 'yes') => {
  const model = scriptedModel(() => `[[ ## answer ## ]]\n${says}`)
  const metric = (example: { readonly answer: string }, prediction: { readonly answer: string }) =>
    prediction.answer === example.answer
  const run = searchRun(student, { train, metric, model }, { seed: 0, leaving: new AbortController().signal })
  const work = fewShot(run, { ...plan, ...changes })
  let step = await work.next()
  while (!step.done) step = await work.next()
  return { ...step.value, demos: step.value.state.self?.demos ?? [], model }
}

describe('fewShot', () => {
  test('puts the program’s own demos first and fills up with labeled rows that did not become one', async () => {
    const { demos, rows } = await found({})
    expect(rows).toBe(2)
    expect(demos.map(demo => demo.augmented === true)).toEqual([true, true, false, false, false])
    expect(new Set(demos.map(demo => demo.question)).size).toBe(5)
    expect(demos.map(demo => demo.question)).not.toContain('old')
  })

  test('lets the student with labeled demos teach, or as it is where there are to be none', async () => {
    const shown = (model: Awaited<ReturnType<typeof found>>['model']) =>
      model.calls[0]?.messages.filter(({ role }) => role === 'assistant').length
    expect(shown((await found({ labeled: 8 })).model)).toBe(7) // all but the row it is tried on
    expect(shown((await found({ labeled: 0 })).model)).toBe(1)
  })

  test('lets a teacher of other knowledge teach', async () => {
    const state = predict('question -> answer', { instructions: 'Answer like a judge.' }).state
    const { model } = await found({ teacher: { state } })
    expect(JSON.stringify(model.calls[0]?.messages)).toContain('like a judge')
  })

  test('fills up with labeled rows alone where nothing went well', async () => {
    const { demos, rows } = await found({}, 'no')
    expect([rows, demos.length]).toEqual([0, 5])
    expect(demos.some(demo => demo.augmented)).toBe(false)
  })
})
