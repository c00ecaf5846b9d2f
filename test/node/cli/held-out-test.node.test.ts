import { describe, expect, test } from 'vitest'
import { budgetLeft, budgetOfSearch, heldOutTest } from '../../../node/cli/held-out-test.ts'
import type { AnyProgram } from '../../../node/cli/program-from-flags.ts'
import { type Budget, exactMatch, predict } from '../../../src/index.ts'
import { withInstructions } from '../../../src/search/instructions.ts'
import { scriptedModel } from '../../../src/testing/index.ts'

const program = predict('text -> label') as AnyProgram
const learned = program.withState(withInstructions(program.state, 'self', 'Say a.'))
const rows = Array.from({ length: 6 }, (_, index) => ({ text: `row ${index}`, label: 'a' }))

const prices = { scripted: { input: 5, output: 10 } }

const tested = async (budget: Budget, waitMs = 0) => {
  const model = scriptedModel(async () => {
    if (waitMs > 0) await new Promise(resolve => setTimeout(resolve, waitMs))
    return '[[ ## label ## ]]\na'
  })
  const scores = await heldOutTest({
    ...{ rows, train: [], dev: [], budget, context: { model }, concurrency: 2, seed: 0 },
    found: { student: program, program: learned, promptTokens: { before: 1, after: 1 } },
    metric: { name: 'exact-match', metric: exactMatch(), needsLabels: true },
    onTest: () => {},
  })
  return { before: scores.before?.score, after: scores.after?.score, calls: model.calls.length, usage: scores.usage }
}

describe('the held-out test', () => {
  test.each<[string, Budget, number | undefined, number | undefined]>([
    ['without a budget', {}, 1, 1],
    ['with enough calls', { calls: 12 }, 1, 1],
    ['with calls for the first program only', { calls: 11 }, 1, undefined],
    ['with too few calls', { calls: 5 }, undefined, undefined],
    ['with no calls left', { calls: 0 }, undefined, undefined],
    ['with too few tokens', { tokens: 1_600 }, undefined, undefined],
    ['with more tokens spent than there were', { tokens: -3 }, undefined, undefined],
    ['with no time left', { seconds: 0 }, undefined, undefined],
    ['with more money than the model takes', { usd: 1, prices }, 1, 1],
    ['with too little money', { usd: 0.01, prices }, undefined, undefined],
    ['with no money left', { usd: 0, prices }, undefined, undefined],
  ])('%s scores what the budget holds, and spends no more', async (_, budget, before, after) => {
    const scored = await tested(budget)
    expect(scored).toMatchObject({ before, after })
    expect(scored.calls).toBeLessThanOrEqual(budget.calls ?? 12)
    expect(scored.usage.calls).toBe(scored.calls)
    expect(scored.usage.inputTokens + scored.usage.outputTokens).toBeLessThanOrEqual(
      Math.max(0, budget.tokens ?? Number.POSITIVE_INFINITY),
    )
  })

  test('ends when its seconds are over', async () => {
    const scored = await tested({ seconds: 0.03 }, 20)
    expect(scored).toMatchObject({ before: undefined, after: undefined })
    expect(scored.calls).toBeLessThan(6)
  })
})

describe('the budget of the search', () => {
  test('is all of it where there is no held-out test', () => {
    const budget = { calls: 100, tokens: 1_000, usd: 2, seconds: 8 }
    expect(budgetOfSearch(budget, undefined, program)).toEqual(budget)
  })

  test('leaves the calls that the test may take, half of them at most, and a quarter of tokens and time', () => {
    expect(budgetOfSearch({ calls: 100 }, rows, program)).toEqual({ calls: 76 })
    expect(budgetOfSearch({ calls: 31 }, rows, program)).toEqual({ calls: 16 })
    expect(budgetOfSearch({ calls: 1 }, rows, program)).toEqual({ calls: 1 })
    const measured = { tokens: 1_000, usd: 2, seconds: 8 }
    expect(budgetOfSearch(measured, rows, program)).toEqual({ tokens: 750, usd: 1.5, seconds: 6 })
  })

  test('and what was spent of it leave the rest to the test', () => {
    const spent = { calls: 60, tokens: 700, usd: 0.5, seconds: 7 }
    expect(budgetLeft({ calls: 100, usd: 2, seconds: 8 }, spent)).toEqual({ calls: 40, usd: 1.5, seconds: 1 })
  })
})
