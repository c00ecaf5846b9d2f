import { expect, test } from 'vitest'
import { costOf } from '../../src/models/cost-of.ts'

const million = { inputTokens: 1_000_000, outputTokens: 2_000_000 }

test.each<[string, string, number | undefined]>([
  ['a model of the list', 'openai/gpt-4o-mini', 1.35],
  ['the model inside decorators', 'cached(retried(openai/gpt-4o-mini))', 1.35],
  ['the dearest of several', 'fallback(openai/gpt-4o-mini, openai/gpt-4o)', 22.5],
  ['a model on this machine', 'local/nano', 0],
  ['a model nobody knows the price of', 'openai/pupil', undefined],
])('%s', (_, model, expected) => {
  const cost = costOf(model, million)
  expect(cost && Number(cost.toFixed(9))).toBe(expected)
})

test('a price that is given wins', () => {
  expect(costOf('openai/gpt-4o', million, { 'openai/gpt-4o': { input: 1, output: 1 } })).toBe(3)
  expect(costOf('cached(openai/pupil)', million, { 'openai/pupil': { input: 1, output: 0 } })).toBe(1)
})

test('what a provider read from its cache or wrote into it has its own price, where there is one', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 600_000, cacheWriteTokens: 200_000 }
  expect(costOf('anthropic/claude-sonnet-4-5', usage)).toBeCloseTo(0.2 * 3 + 0.6 * 0.3 + 0.2 * 3.75)
  expect(costOf('openai/gpt-3.5-turbo', usage)).toBeCloseTo(0.5)
  expect(costOf('mine/m', usage, { 'mine/m': { input: 1, output: 1, cacheRead: 0 } })).toBeCloseTo(0.4)
})

test('of counts that do not add up none is paid twice', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 2_000_000, cacheWriteTokens: 2_000_000 }
  expect(costOf('anthropic/claude-sonnet-4-5', usage)).toBeCloseTo(0.3)
})
