import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { askedOtherwise } from '../../src/models/asked-otherwise.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { cached } from '../../src/models/cached.ts'
import { fallback } from '../../src/models/fallback.ts'
import { limited } from '../../src/models/limited.ts'
import { retried } from '../../src/models/retried.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'
import { budgetMeter } from '../../src/search/budget.ts'
import { withinBudget } from '../../src/search/within-budget.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

const scoring = () => scriptedModel([], { score: (_, answer) => -answer.length })

const decorators: Readonly<Record<string, (model: LanguageModel) => LanguageModel>> = {
  budgeted: model => budgeted(model, { calls: 5 }),
  cached: model => cached(model),
  limited: model => limited(model, { concurrency: 1 }),
  retried: model => retried(model),
  withinBudget: model => withinBudget(model, budgetMeter({ calls: 5 })),
  'all of them': model => cached(retried(limited(budgeted(model, { tokens: 500 }), { tokensPerMinute: 500 }))),
}

describe.each(Object.entries(decorators))('%s', (_, wrap) => {
  test('passes a score on, the question as it was', async () => {
    const inner = scoring()
    expect(await wrap(inner).score?.(request, ['Paris'])).toMatchObject({
      scores: [{ logprob: -5 }],
      usage: { calls: 1 },
    })
    expect(inner.scored).toMatchObject([{ request: { messages: request.messages }, answer: 'Paris' }])
  })

  test('scores nothing where the model inside cannot', () => {
    expect(wrap(scriptedModel([])).score).toBeUndefined()
  })
})

describe('a budget', () => {
  test('counts a score as a call with its tokens', async () => {
    const model = budgeted(scoring(), { calls: 2 })
    const { usage } = (await model.score?.(request, ['Paris'])) ?? {}
    expect(model.spent()).toMatchObject({ calls: 1, tokens: usage?.inputTokens })
    await model.score?.(request, ['Rome'])
    await expect(model.score?.(request, ['Oslo'])).rejects.toMatchObject({ code: 'budget/calls' })
  })

  test('sets aside the tokens of question and answer', async () => {
    const inner = scoring()
    const [question, frame] = [18, 16 + 16 + 1]
    const model = (tokens: number) => budgeted(inner, { tokens })
    await expect(model(question + frame + 4).score?.(request, ['Paris'])).rejects.toMatchObject({
      code: 'budget/tokens',
    })
    expect(inner.scored).toHaveLength(0)
    await expect(model(question + frame + 5).score?.(request, ['Paris'])).resolves.toMatchObject({
      scores: [{ logprob: -5 }],
    })
  })
})

describe('a cache', () => {
  test('keeps a score, whatever the sampling, apart from answers and from scores of other answers', async () => {
    const inner = scriptedModel(['fine'], { score: (_, answer) => -answer.length })
    const storage = memoryStorage()
    const model = cached(inner, { storage })
    const first = await model.score?.(request, ['Paris'])
    const again = await cached(inner, { storage }).score?.({ ...request, temperature: 1, rolloutId: 'b' }, ['Paris'])
    expect(again).toEqual({
      scores: first?.scores,
      usage: { ...first?.usage, calls: 0, cachedCalls: 1, attempts: 0, inputTokens: 0 },
      recordedUsage: first?.usage,
    })
    expect(await model.score?.(request, ['Rome'])).toMatchObject({ scores: [{ logprob: -4 }] })
    expect((await model.generate(request)).completions[0].text).toBe('fine')
    expect([inner.scored.length, inner.calls.length]).toEqual([2, 1])
  })

  test('joins equal scores at the same time', async () => {
    const inner = scoring()
    const model = cached(inner)
    const scores = await Promise.all([model.score?.(request, ['Paris']), model.score?.(request, ['Paris'])])
    expect(scores.map(score => score?.usage.calls)).toEqual([1, 0])
    expect(inner.scored).toHaveLength(1)
  })
})

describe('others', () => {
  test('a failed score is tried again, and its attempts counted', async () => {
    let tries = 0
    const inner = scriptedModel([], {
      score: () => {
        tries += 1
        if (tries === 1) throw new ModelError('model/server', 'Down.', { model: 'scripted', retryable: true })
        return -1
      },
    })
    const score = await retried(inner, { baseDelayMs: 1 }).score?.(request, ['Paris'])
    expect(score).toMatchObject({ scores: [{ logprob: -1 }], usage: { attempts: 2 } })
  })

  test('a fallback scores nothing: scores of two models do not compare', () => {
    expect(fallback([scoring(), scoring()]).score).toBeUndefined()
  })

  test('a model that is asked otherwise scores after what is asked', async () => {
    const inner = scoring()
    const messages = [{ role: 'user' as const, content: 'Capital of Italy?' }]
    await askedOtherwise(inner, {}, one => ({ ...one, messages })).score?.(request, ['Rome'])
    expect(inner.scored[0]?.request.messages).toEqual(messages)
  })
})
