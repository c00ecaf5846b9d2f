import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { predict } from '../../src/modules/predict.ts'
import { unspent } from '../../src/search/budget.ts'
import { type DemoSetsPlan, demoSets } from '../../src/search/demo-sets.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const student = predict('question -> answer')
const train = Array.from({ length: 12 }, (_, index) => ({ question: `row ${index}`, answer: 'yes' }))
const isRight = (example: { readonly answer: string }, prediction: { readonly answer: string }) =>
  prediction.answer === example.answer

const plan: DemoSetsPlan = {
  count: 6,
  rows: [...train.keys()],
  dice: seededRandom(9),
  bootstrapped: 4,
  labeled: 4,
  rounds: 1,
  threshold: undefined,
  teacher: undefined,
  keep: unspent,
}

const made = async (changes: Partial<DemoSetsPlan> = {}, program = student, calls = 1_000) => {
  const model = scriptedModel(() => '[[ ## answer ## ]]\nyes')
  const problem = { train, metric: isRight, model, budget: { calls } }
  const run = searchRun(program, problem, { seed: 9, leaving: new AbortController().signal })
  const work = demoSets(run, { ...plan, dice: seededRandom(9), ...changes })
  for (let step = await work.next(); ; step = await work.next()) {
    if (step.done) return { sets: step.value.byPath.get('self') ?? [], cut: step.value.cut, model }
  }
}

const shapeOf = (demos: readonly { readonly augmented?: unknown }[]) => [
  demos.filter(demo => demo.augmented === true).length,
  demos.filter(demo => demo.augmented !== true).length,
]

describe('demoSets', () => {
  test('has no demos, labeled ones, bootstrapped ones in order, and shuffled ones of random sizes', async () => {
    const { sets } = await made()
    expect(sets.map(shapeOf)).toEqual([
      [0, 0],
      [0, 4],
      [4, 0],
      [1, 3],
      [2, 2],
      [2, 2],
    ])
    expect(sets[2]?.map(demo => demo.question)).toEqual(['row 0', 'row 1', 'row 2', 'row 3'])
  })

  // Recorded from DSPy 3.4.1's create_n_fewshot_demo_sets with random.Random(9); its labels are drawn by random.Random(0).
  test('draws the rows that DSPy draws', async () => {
    const { sets } = await made()
    const own = sets.map(demos => demos.filter(demo => demo.augmented).map(demo => demo.question))
    expect(own.slice(3)).toEqual([['row 8'], ['row 7', 'row 2'], ['row 9', 'row 4']])
    expect(sets[1]?.map(demo => demo.question)).toEqual(['row 6', 'row 11', 'row 0', 'row 4'])
  })

  test('has what the student knows first', async () => {
    const demos = [{ question: 'old', answer: 'old' }]
    const { sets } = await made({}, predict('question -> answer', { demos }))
    expect(sets[0]).toEqual(demos)
    expect(sets[1]).toEqual([])
    expect(sets).toHaveLength(7)
  })

  test('tries no row twice where all sets have one teacher', async () => {
    const { sets, model } = await made({ labeled: 0, bootstrapped: 3, count: 9 })
    expect(model.calls.length).toBeLessThanOrEqual(train.length)
    expect(sets.length).toBeGreaterThan(4)
    for (const demos of sets.slice(1)) expect(shapeOf(demos)[0]).toBeGreaterThan(0)
  })

  test('tries no more rows for a set than it is told', async () => {
    const { sets } = await made({ tries: 2, count: 4 })
    for (const demos of sets) expect(shapeOf(demos)[0]).toBeLessThanOrEqual(2)
  })

  test('gives each set once', async () => {
    const { sets } = await made({ rows: [0], count: 8 })
    expect(sets.length).toBeLessThanOrEqual(3)
  })

  test('leaves out the set that the budget ended in', async () => {
    const { sets, cut } = await made({}, student, 6)
    expect(cut).toBe(true)
    expect(sets.map(shapeOf)).toEqual([
      [0, 0],
      [0, 4],
      [4, 0],
      [1, 3],
    ])
  })

  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
  ])('makes %i sets where so many are wanted', async (count, sets) => {
    expect((await made({ count })).sets).toHaveLength(sets)
  })
})
