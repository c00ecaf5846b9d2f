import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { type Budget, budgetMeter, type Spent, unspent } from '../../src/search/budget.ts'
import { rowsThatFit } from '../../src/search/rows-that-fit.ts'

const row: Spent = { calls: 2, tokens: 50, usd: 0.5 }

describe('rowsThatFit', () => {
  test.each<[string, Budget, Spent, number]>([
    ['all that are wanted where nothing is limited', {}, row, 8],
    ['all that are wanted where there is enough', { calls: 100, tokens: 1_000 }, row, 8],
    ['as many as the calls hold', { calls: 13 }, row, 6],
    ['as many as the tokens hold', { tokens: 370 }, row, 3],
    ['one where nothing seems to fit', { calls: 1 }, row, 1],
    ['one where the cost is not known', { tokens: 1_000 }, unspent, 1],
    ['as many as the money holds', { usd: 3 }, row, 3],
    ['one where the price of a row is not known', { usd: 3 }, unspent, 1],
    ['all that are wanted where rows cost no money', { usd: 3 }, { ...row, usd: 0 }, 8],
    ['all that are wanted where nobody needs to know the cost', {}, unspent, 8],
  ])('%s', (_, budget, cost, rows) => {
    expect(rowsThatFit(8, budgetMeter(budget), unspent, cost)).toBe(rows)
  })

  test('leaves what is to be kept and what is spent', async () => {
    const meter = budgetMeter({ calls: 10 })
    ;(await meter.admit({ input: 0, output: 0 })).settle({ ...noUsage, calls: 1 })
    expect(rowsThatFit(8, meter, { ...unspent, calls: 4 }, { ...unspent, calls: 1 })).toBe(5)
  })
})
