import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/data/canonical-json.ts'
import { evaluate } from '../../src/evaluation/evaluate.ts'
import { auto } from '../../src/optimizers/auto.ts'
import { betterTogether } from '../../src/optimizers/better-together.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { copro } from '../../src/optimizers/copro.ts'
import { gepa } from '../../src/optimizers/gepa.ts'
import { inferRules } from '../../src/optimizers/infer-rules.ts'
import { miproV2 } from '../../src/optimizers/mipro-v2.ts'
import type { Optimizer } from '../../src/optimizers/optimizer.ts'
import { simba } from '../../src/optimizers/simba.ts'
import type { ProgramState } from '../../src/ports/module.ts'
import { hops, isDelivered, notes, threeHops, threeHopsModel } from '../contracts/three-hops-task.ts'

const student = threeHops()
const dev = notes(101, 40)
const problem = (calls = 1_200) => ({
  ...{ train: notes(1, 24), dev, metric: isDelivered, model: threeHopsModel() },
  budget: { calls },
})

const scoreOf = async (state: ProgramState): Promise<number> =>
  (await evaluate(student.withState(state), { examples: dev, metric: isDelivered, model: threeHopsModel() })).score

const optimizers: readonly { readonly name: string; readonly make: () => Optimizer; readonly calls: number }[] = [
  { name: 'bootstrapRandomSearch', make: () => bootstrapRandomSearch({ candidates: 1 }), calls: 1_200 },
  { name: 'inferRules', make: () => inferRules({ candidates: 4 }), calls: 1_200 },
  { name: 'copro', make: () => copro({ breadth: 8, depth: 2 }), calls: 4_000 },
  { name: 'miproV2', make: () => miproV2({ auto: 'light' }), calls: 1_200 },
  { name: 'simba', make: () => simba({ batchSize: 10, candidates: 3, steps: 3 }), calls: 1_200 },
  { name: 'gepa', make: () => gepa({ maxMetricCalls: 400 }), calls: 1_200 },
  { name: 'auto', make: () => auto(), calls: 400 },
  {
    name: 'betterTogether',
    make: () =>
      betterTogether({
        optimizers: { advice: simba({ batchSize: 8, candidates: 3, steps: 2 }), text: gepa({ maxMetricCalls: 300 }) },
      }),
    calls: 1_200,
  },
]

describe('a program of three predictors', () => {
  describe.each(optimizers)('$name improves each of them', ({ make, calls }) => {
    test('so that the result is worse without what any of them learned, and says what each brought', async () => {
      const { state, score = 0, attribution, gain } = await make().optimize(student, problem(calls))
      const whole = await scoreOf(state)
      expect(whole).toBeGreaterThan((await scoreOf(student.state)) + 0.2)
      for (const hop of hops) {
        expect(canonicalJson(state[hop])).not.toBe(canonicalJson(student.state[hop]))
        const without = { ...state, ...(student.state[hop] && { [hop]: student.state[hop] }) }
        expect(await scoreOf(without)).toBeLessThan(whole)
      }
      expect(score).toBeGreaterThan(0)
      // An optimizer that stops early may have paid for too little to say more than the runs above.
      if (gain !== undefined) expect(attribution.map(({ path }) => path)).toEqual(hops)
      for (const { gain, candidates } of attribution) {
        expect(gain).toBeGreaterThan(0)
        expect(candidates.length).toBeGreaterThan(0)
      }
      const sum = attribution.reduce((total, { gain }) => total + gain, 0)
      if (gain !== undefined) expect(sum).toBeCloseTo(gain.difference, 9)
    })
  })

  test('is told apart, predictor by predictor, where they were changed one at a time', async () => {
    const {
      attribution,
      proposed,
      baseline = 0,
      score = 0,
    } = await gepa({ maxMetricCalls: 600 }).optimize(student, problem())
    for (const { path, shared, candidates, low } of attribution) {
      expect(shared).toBe(false)
      expect(low).toBeGreaterThan(0)
      for (const index of candidates) expect(proposed[index]?.change?.paths).toContain(path)
    }
    expect(attribution.reduce((total, { gain }) => total + gain, 0)).toBeCloseTo(score - baseline, 9)
  })
})
