import { describe, expect, test } from 'vitest'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { withDemos } from '../../src/search/demos.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('bootstrapRandomSearch', () => bootstrapRandomSearch({ candidates: 3 }))

const student = doubler()
const train = doublings(1, 16)
const dev = doublings(100, 8)
const problem = () => ({ train, dev, metric: isRight, model: doublingModel() })

const labelsOf = (candidates: readonly { readonly index: number; readonly label: string }[]) =>
  candidates.toSorted((a, b) => a.index - b.index).map(({ label }) => label)

describe('bootstrapRandomSearch', () => {
  test('tries no demos, labeled ones, and bootstrapped ones unshuffled and shuffled', async () => {
    const { candidates, score, outcome } = await bootstrapRandomSearch({ candidates: 2 }).optimize(student, problem())
    expect(labelsOf(candidates)).toEqual([
      'zero-shot',
      'labeled demos',
      'bootstrap',
      'bootstrap, shuffle 0',
      'bootstrap, shuffle 1',
    ])
    expect(score).toBe(Math.max(...candidates.map(candidate => candidate.score)))
    expect(outcome).toBe('finished')
  })

  test('tries a student that knows demos first, so that it cannot get worse', async () => {
    const knowing = student.withState(withDemos(student.state, () => [{ question: 'old', answer: 'old' }]))
    const { candidates, baseline } = await bootstrapRandomSearch({ candidates: 0 }).optimize(knowing, problem())
    expect(labelsOf(candidates)).toEqual(['student', 'zero-shot', 'labeled demos', 'bootstrap'])
    expect(baseline).toBe(candidates.find(({ label }) => label === 'student')?.score)
  })

  test('is content with a score', async () => {
    const { candidates } = await bootstrapRandomSearch({ stopAtScore: 0.01 }).optimize(student, problem())
    expect(candidates.length).toBeLessThan(4)
  })

  test('bootstraps between one row and the most allowed for each shuffle', async () => {
    const { candidates } = await bootstrapRandomSearch({ candidates: 12, maxBootstrappedDemos: 3 }).optimize(
      student,
      problem(),
    )
    const own = candidates
      .filter(({ label }) => label.startsWith('bootstrap, shuffle'))
      .map(({ state }) => state.hint?.demos.filter(demo => demo.augmented).length ?? 0)
    expect(new Set(own)).toEqual(new Set([1, 2, 3]))
  })

  test('tries other shuffles with another seed', async () => {
    const bySeed = async (seed: number) =>
      (await bootstrapRandomSearch({ candidates: 1, seed }).optimize(student, problem())).candidates.find(
        ({ label }) => label === 'bootstrap, shuffle 0',
      )?.state
    expect(await bySeed(1)).toEqual(await bySeed(1))
    expect(await bySeed(1)).not.toEqual(await bySeed(2))
  })

  test.each([8_589_934_592, Date.UTC(2026, 0, 1), Number.MAX_SAFE_INTEGER])(
    'takes the seed %d, whose shuffles have no number of their own',
    async seed => {
      const { candidates, outcome } = await bootstrapRandomSearch({ candidates: 3, seed }).optimize(student, problem())
      expect(outcome).toBe('finished')
      const demos = candidates
        .filter(({ label }) => label.startsWith('bootstrap, shuffle'))
        .map(({ state }) => JSON.stringify(state))
      expect(new Set(demos).size).toBe(3)
    },
  )

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the seed %d before it asks anything', async seed => {
    const asked = problem()
    const refused = expect.objectContaining({ code: 'configuration/invalid', option: 'seed' })
    expect(() => bootstrapRandomSearch({ seed })).toThrow(refused)
    await expect(bootstrapRandomSearch().optimize(student, { ...asked, seed })).rejects.toEqual(refused)
    expect(asked.model.calls).toEqual([])
  })

  test('comes to the same on every platform', async () => {
    const { candidates, state, calls } = await bootstrapRandomSearch({ candidates: 2, maxDemos: 3 }).optimize(
      student,
      problem(),
    )
    expect(candidates.map(({ label, score }) => `${label}: ${score}`)).toMatchInlineSnapshot(`
      [
        "labeled demos: 0.5",
        "bootstrap: 0.5",
        "bootstrap, shuffle 0: 0.5",
        "bootstrap, shuffle 1: 0.5",
        "zero-shot: 0.25",
      ]
    `)
    expect(state.hint?.demos.map(demo => demo.question)).toMatchInlineSnapshot(`
      [
        "What is twice 13?",
        "What is twice 16?",
        "What is twice 7?",
      ]
    `)
    expect(calls).toMatchInlineSnapshot(`102`)
  })

  test('gives the best so far when the budget ends', async () => {
    const { outcome, candidates, score } = await bootstrapRandomSearch().optimize(student, {
      ...problem(),
      budget: { calls: 70 },
    })
    expect(outcome).toBe('stopped')
    expect(candidates.length).toBeGreaterThan(1)
    expect(score).toBe(candidates[0]?.score)
  })

  test.each([{ candidates: -1 }, { maxIterations: 0 }, { maxBootstrappedDemos: 0.5 }])('refuses %j', options => {
    expect(() => bootstrapRandomSearch(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
  })
})
