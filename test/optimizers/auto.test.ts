import { describe, expect, test } from 'vitest'
import { auto } from '../../src/optimizers/auto.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('auto', () => auto())

describe('auto', () => {
  test.each([100, 150, 250, 400])('tries what fits into %i calls, to its end', async calls => {
    const { outcome, candidates, ...spent } = await auto().optimize(doubler(), {
      train: doublings(1, 16),
      dev: doublings(100, 8),
      metric: isRight,
      model: doublingModel(),
      budget: { calls },
    })
    expect(candidates.length).toBeGreaterThanOrEqual(calls >= 150 ? 4 : 2)
    expect(spent.calls).toBeLessThanOrEqual(calls)
  })

  test('tries sixteen shuffles where nothing is said about calls', async () => {
    const { candidates } = await auto().optimize(doubler(), {
      train: doublings(1, 16),
      metric: isRight,
      model: doublingModel(),
    })
    expect(candidates).toHaveLength(19)
  })

  test('takes the time of day as a seed, and refuses one that is no whole number', async () => {
    const problem = { train: doublings(1, 8), metric: isRight, model: doublingModel() }
    const { candidates } = await auto({ seed: 1_767_225_600_000 }).optimize(doubler(), problem)
    expect(candidates).toHaveLength(19)
    expect(() => auto({ seed: 2 ** 53 })).toThrow(expect.objectContaining({ option: 'seed' }))
  })
})
