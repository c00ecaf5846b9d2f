import { expect, test } from 'vitest'
import { addUsage, noUsage } from '../../src/data/usage.ts'

const all = { calls: 1, cachedCalls: 2, attempts: 3, inputTokens: 4, outputTokens: 5, reasoningTokens: 6 }

test('adds every part', () => {
  expect(addUsage(all, all)).toEqual({
    calls: 2,
    cachedCalls: 4,
    attempts: 6,
    inputTokens: 8,
    outputTokens: 10,
    reasoningTokens: 12,
  })
})

test('is nothing at the start', () => {
  expect(addUsage(noUsage, all)).toEqual(all)
})
