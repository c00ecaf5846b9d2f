import { expect, test } from 'vitest'
import { modelsIn, priceOf } from '../../src/models/price-of.ts'
import { prices } from '../../src/models/prices.ts'

const mini = { input: 0.15, output: 0.6, cacheRead: 0.075 }

test.each([['openai/gpt-4o-mini'], ['openai/gpt-4o-mini-2024-07-18'], ['retried(limited(openai/gpt-4o-mini))']])(
  '%s has the price of its family',
  id => {
    expect(priceOf(id)).toEqual(mini)
  },
)

test('of several models the dearest counts, for each side', () => {
  const own = { 'x/a': { input: 5, output: 1 } }
  expect(priceOf('fallback(retried(x/a), openai/gpt-4o-mini)', own)).toEqual({ input: 5, output: 1, cacheRead: 5 })
  expect(priceOf('fallback(x/b, openai/gpt-4o-mini)', own)).toBeUndefined()
})

test('what the caller writes wins, for one model, for all of a provider, or for the whole', () => {
  expect(priceOf('openai/gpt-4o-mini', { 'openai/gpt-4o-mini': { input: 1, output: 2 } })).toEqual({
    input: 1,
    output: 2,
  })
  expect(priceOf('ollama/qwen3', { 'ollama/*': { input: 0, output: 0 } })).toEqual({ input: 0, output: 0 })
  expect(priceOf('mine(a, b)', { 'mine(a, b)': { input: 3, output: 4 } })).toEqual({ input: 3, output: 4 })
})

test.each(['local/nano', 'ollama/qwen3', 'llamacpp/default'])('what runs here costs nothing: %s', id => {
  expect(priceOf(id)).toEqual({ input: 0, output: 0 })
})

test.each(['scripted', 'openrouter/openai/gpt-4o-mini', 'openai/gpt-4o-mini-audio', 'constructor', '__proto__', ''])(
  'no price is made up for %s',
  id => {
    expect(priceOf(id)).toBeUndefined()
  },
)

test('the models of an id are found inside its decorators', () => {
  expect(modelsIn('cached(fallback(retried(x/a), limited(y/b), z))')).toEqual(['x/a', 'y/b', 'z'])
})

test('the list says of when it is, and has no price below 0', () => {
  expect(prices.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  for (const [name, price] of Object.entries(prices.models)) {
    const { input, output, cacheRead = input, cacheWrite = input } = price
    expect(Object.values(price).every(dollars => Number.isFinite(dollars) && dollars >= 0)).toBe(true)
    // An embedding has no output, and what a cache spares it does not spare in vain.
    expect(name.includes('embedding') ? output === 0 : output >= input).toBe(true)
    expect(cacheRead <= input && input <= cacheWrite).toBe(true)
  }
})
