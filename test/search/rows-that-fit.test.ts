import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { budgetMeter } from '../../src/search/budget.ts'
import { rowsThatFit } from '../../src/search/rows-that-fit.ts'

const nothing = { calls: 0, tokens: 0 }

describe('rowsThatFit', () => {
  test.each([
    ['all that are wanted where nothing is limited', {}, { calls: 2, tokens: 50 }, 8],
    ['all that are wanted where there is enough', { calls: 100, tokens: 1_000 }, { calls: 2, tokens: 50 }, 8],
    ['as many as the calls hold', { calls: 13 }, { calls: 2, tokens: 50 }, 6],
    ['as many as the tokens hold', { tokens: 370 }, { calls: 2, tokens: 50 }, 3],
    ['one where nothing seems to fit', { calls: 1 }, { calls: 2, tokens: 50 }, 1],
    ['one where the cost is not known', { tokens: 1_000 }, nothing, 1],
    ['all that are wanted where nobody needs to know the cost', {}, nothing, 8],
  ])('%s', (_, budget, cost, rows) => {
    expect(rowsThatFit(8, budgetMeter(budget), nothing, cost)).toBe(rows)
  })

  test('leaves what is to be kept and what is spent', async () => {
    const meter = budgetMeter({ calls: 10 })
    ;(await meter.admit(0)).settle({ ...noUsage, calls: 1 })
    expect(rowsThatFit(8, meter, { calls: 4, tokens: 0 }, { calls: 1, tokens: 0 })).toBe(5)
  })
})
