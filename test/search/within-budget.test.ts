import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { budgetMeter } from '../../src/search/budget.ts'
import { withinBudget } from '../../src/search/within-budget.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const request = { messages: [{ role: 'user', content: 'Hello?' }] } as const

describe('withinBudget', () => {
  test('sends nothing that would pass the limit', async () => {
    const inner = scriptedModel(() => 'yes')
    const model = withinBudget(inner, budgetMeter({ calls: 1 }))
    await model.generate(request)
    await expect(model.generate(request)).rejects.toMatchObject({ code: 'budget/calls' })
    expect(inner.calls).toHaveLength(1)
  })

  test('bounds the answer while tokens are limited, and leaves a bound of the caller', async () => {
    const inner = scriptedModel(() => 'yes')
    const model = withinBudget(inner, budgetMeter({ tokens: 10_000, answerTokens: 64 }))
    await model.generate(request)
    await model.generate({ ...request, maxTokens: 7 })
    expect(inner.calls.map(call => call.maxTokens)).toEqual([64, 7])
  })

  test('sends requests as they are while tokens are not limited', async () => {
    const inner = scriptedModel(() => 'yes')
    await withinBudget(inner, budgetMeter({ calls: 10 })).generate(request)
    expect(inner.calls).toEqual([request])
  })

  test('counts what an answer from a journal cost when it was made', async () => {
    const meter = budgetMeter({ tokens: 10_000 })
    const recordedUsage = { ...noUsage, calls: 1, attempts: 1, inputTokens: 30, outputTokens: 4 }
    const journal: LanguageModel = {
      ...scriptedModel([]),
      generate: async () => ({
        completions: [{ text: 'yes', finishReason: 'stop' }],
        usage: { ...noUsage, cachedCalls: 1 },
        recordedUsage,
      }),
    }
    await withinBudget(journal, meter).generate(request)
    expect(meter.spent).toMatchObject({ calls: 1, tokens: 34 })
  })

  test('counts a call that failed', async () => {
    const meter = budgetMeter({ calls: 5 })
    const inner = scriptedModel([new ModelError('model/server', 'down', { model: 'x' })])
    await expect(withinBudget(inner, meter).generate(request)).rejects.toMatchObject({ code: 'model/server' })
    expect(meter.spent.calls).toBe(1)
  })

  test('counts a stream, also one that is left', async () => {
    const meter = budgetMeter({ tokens: 10_000 })
    const model = withinBudget(
      scriptedModel(() => 'yes, all of it'),
      meter,
    )
    for await (const _ of model.stream(request)) {
      // to its end
    }
    expect(meter.spent).toMatchObject({ calls: 1, tokens: 6 })
    for await (const _ of model.stream(request)) break
    expect(meter.spent).toMatchObject({ calls: 2 })
  })

  test('gives a call the time that is left, and says of one that took it all that the run is over', async () => {
    const clock = testClock()
    const deadlines: (number | undefined)[] = []
    const slow: LanguageModel = {
      ...scriptedModel([]),
      async generate({ deadlineMs = 0 }) {
        deadlines.push(deadlineMs)
        await clock.sleep(deadlineMs)
        throw new ModelError('model/timeout', 'late', { model: 'slow' })
      },
    }
    const meter = budgetMeter({ seconds: 10 }, clock.now)
    const step = meter.step()
    const model = withinBudget(slow, meter)
    const hasty = model.generate({ ...request, deadlineMs: 4_000 }).catch((error: unknown) => error)
    await clock.advance(4_000)
    expect([await hasty, step.cut]).toMatchObject([{ code: 'model/timeout' }, false])
    const patient = model.generate(request).catch((error: unknown) => error)
    await clock.advance(6_000)
    expect([await patient, step.cut]).toMatchObject([{ code: 'budget/time' }, true])
    expect(deadlines).toEqual([4_000, 6_000])
  })

  test('keeps a budget of money, by a bound of the answer, for the price of the model inside', async () => {
    const inner = scriptedModel(() => 'yes', { id: 'acme/large' })
    const prices = { 'acme/large': { input: 0, output: 1_000 } }
    const meter = budgetMeter({ usd: 0.1, answerTokens: 64, prices })
    const model = withinBudget(inner, meter)
    await model.generate(request)
    expect(inner.calls[0]?.maxTokens).toBe(64)
    expect(meter.spent.usd).toBeGreaterThan(0)
    await expect(model.generate({ ...request, maxTokens: 101 })).rejects.toMatchObject({ code: 'budget/money' })
    expect(inner.calls).toHaveLength(1)
  })

  test('refuses a budget of money for a model whose price nobody knows', () => {
    expect(() => withinBudget(scriptedModel([], { id: 'acme/large' }), budgetMeter({ usd: 1 }))).toThrow(
      expect.objectContaining({ code: 'configuration/missing', message: expect.stringContaining('acme/large') }),
    )
  })

  test('bounds no answer of a model that costs nothing', async () => {
    const inner = scriptedModel(() => 'yes', { id: 'local/nano' })
    await withinBudget(inner, budgetMeter({ usd: 0.000_001 })).generate(request)
    expect(inner.calls).toEqual([request])
  })

  test('names the model inside', () => {
    expect(withinBudget(scriptedModel([], { id: 'small' }), budgetMeter({})).id).toBe('within-budget(small)')
  })
})
