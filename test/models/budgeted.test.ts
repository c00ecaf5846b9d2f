import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { BudgetError } from '../../src/errors/budget-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { cached } from '../../src/models/cached.ts'
import { retried } from '../../src/models/retried.ts'
import { tokenBound } from '../../src/models/token-bound.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const saying = (content: string): ModelRequest => ({ messages: [{ role: 'user', content }] })
/** At most 2 + 16 tokens of input, and 10 of output. */
const request: ModelRequest = { ...saying('hi'), maxTokens: 10 }
const used = (inputTokens: number, outputTokens: number) => ({
  completions: [{ text: 'yes', finishReason: 'stop' }] as const,
  usage: { ...noUsage, calls: 1, attempts: 1, inputTokens, outputTokens },
})
const dollar = { input: 1_000_000, output: 2_000_000 } // a dollar a token, two for one of the answer
const failure = (answer: Promise<unknown>) =>
  answer.then(
    () => expect.fail('no error'),
    error => error,
  )

describe('each limit', () => {
  test('calls: what does not fit is refused and not sent', async () => {
    const inner = scriptedModel(() => 'yes')
    const model = budgeted(inner, { calls: 2 })
    await model.generate(request)
    await model.generate(request)
    const error = await failure(model.generate(request))
    expect(error).toBeInstanceOf(BudgetError)
    expect(error).toMatchObject({ code: 'budget/calls', spent: 2, limit: 2, retryable: false })
    expect(error.message).toBe(
      'The budget of 2 calls does not hold another call: 2 calls are spent. Give more calls, or ask for less.',
    )
    expect(inner.calls).toHaveLength(2)
  })

  test('tokens: the most a call can cost must fit, what it did cost is counted', async () => {
    const inner = scriptedModel(() => used(12, 3))
    const model = budgeted(inner, { tokens: 45 })
    await model.generate(request)
    await model.generate(request)
    expect(model.spent()).toEqual({ calls: 2, tokens: 30, seconds: expect.any(Number) })
    expect(await failure(model.generate(request))).toMatchObject({ code: 'budget/tokens', spent: 30, limit: 45 })
  })

  test('money: tokens at their price', async () => {
    const model = budgeted(
      scriptedModel(() => used(12, 3)),
      { usd: 50, prices: { scripted: dollar } },
    )
    await model.generate(request)
    expect(model.spent()).toMatchObject({ calls: 1, tokens: 15, usd: 18 })
    expect(await failure(model.generate(request))).toMatchObject({ code: 'budget/money', spent: 18, limit: 50 })
  })

  test('time: calls under way are aborted, later ones refused', async () => {
    const clock = testClock()
    const inner = scriptedModel(() => 'yes', { latencyMs: 700, clock })
    const model = budgeted(inner, { seconds: 1, clock })
    await clock.advance(5000)
    const first = model.generate(request)
    await clock.advance(700)
    await first
    const second = failure(model.generate(request))
    await clock.advance(300)
    expect(inner.calls.map(one => one.deadlineMs)).toEqual([1000, 300])
    expect(await second).toMatchObject({ code: 'budget/time', spent: 1, limit: 1 })
    expect(inner.calls[1]?.signal?.aborted).toBe(true)
    expect(await failure(model.generate(request))).toMatchObject({ code: 'budget/time' })
    expect(inner.calls).toHaveLength(2)
    expect(clock.sleeping).toEqual([])
    expect(model.spent().seconds).toBe(1)
  })

  test('a timeout of the model at the end of the time is the end of the time', async () => {
    const clock = testClock()
    const late: LanguageModel = {
      ...scriptedModel([]),
      async generate({ deadlineMs = 0 }) {
        await clock.sleep(deadlineMs)
        throw new ModelError('model/timeout', 'late', { model: 'm' })
      },
    }
    const end = failure(budgeted(late, { seconds: 1, clock }).generate(request))
    await clock.advance(1000)
    expect(await end).toMatchObject({ code: 'budget/time' })
    const own = failure(budgeted(late, { seconds: 1, clock }).generate({ ...request, deadlineMs: 500 }))
    await clock.advance(500)
    expect(await own).toMatchObject({ code: 'model/timeout' })
  })
})

describe('at the same time', () => {
  test('a call waits while those under way might leave nothing, and goes when they do not', async () => {
    const clock = testClock()
    const inner = scriptedModel(() => used(2, 1), { latencyMs: 100, clock })
    const model = budgeted(inner, { tokens: 40, clock })
    const both = Promise.all([model.generate(request), model.generate(request)])
    await clock.advance(50)
    expect(inner.calls).toHaveLength(1)
    await clock.advance(150)
    await both
    expect(inner.calls).toHaveLength(2)
  })

  test('a call that waits counts against its deadline, and an abort ends the wait', async () => {
    const clock = testClock()
    const inner = scriptedModel(() => 'yes', { latencyMs: 100, clock })
    const model = budgeted(inner, { tokens: 40, clock })
    const controller = new AbortController()
    const first = model.generate(request)
    const late = failure(model.generate({ ...request, deadlineMs: 30 }))
    const gone = failure(model.generate({ ...request, signal: controller.signal }))
    controller.abort()
    expect(await gone).toBe(controller.signal.reason)
    await clock.advance(30)
    expect(await late).toMatchObject({ code: 'model/timeout', attempts: 0 })
    await clock.advance(70)
    await first
    expect(inner.calls).toHaveLength(1)
    expect(model.spent().calls).toBe(1)
  })
})

describe('what a call without an answer costs', () => {
  const after = async (inner: LanguageModel) => {
    const model = budgeted(inner, { tokens: 1000 })
    await failure(model.generate(request))
    const { calls, tokens } = model.spent()
    return { calls, tokens }
  }
  const failing = (error: Error) => scriptedModel([error])
  const code = (...[name, more]: [ConstructorParameters<typeof ModelError>[0], object?]) =>
    failing(new ModelError(name, 'no', { model: 'm', ...more }))

  test.each([
    ['a refusal', code('model/rate-limit', { status: 429 }), { calls: 1, tokens: 0 }],
    ['a server error', code('model/server', { status: 500 }), { calls: 1, tokens: 0 }],
    ['a timeout', code('model/timeout', { attempts: 1 }), { calls: 1, tokens: 28 }],
    ['a cut connection', code('model/transport'), { calls: 1, tokens: 28 }],
    ['damage', code('model/malformed', { status: 200 }), { calls: 1, tokens: 28 }],
    ['what was never sent', code('model/timeout', { attempts: 0 }), { calls: 0, tokens: 0 }],
    ['a budget inside', budgeted(code('model/server'), { tokens: 1 }), { calls: 0, tokens: 0 }],
    ['a bug', failing(new TypeError('bug')), { calls: 1, tokens: 28 }],
  ])('%s', async (_, inner, spent) => {
    expect(await after(inner)).toEqual(spent)
  })

  test('an abort under way, and a stream that is left, count at the bound', async () => {
    const model = budgeted(
      scriptedModel(() => new Promise(() => {})),
      { tokens: 1000 },
    )
    const controller = new AbortController()
    const gone = failure(model.generate({ ...request, signal: controller.signal }))
    await new Promise(resolve => setTimeout(resolve))
    controller.abort()
    await gone
    expect(model.spent().tokens).toBe(28)
    const streaming = budgeted(
      scriptedModel(() => 'a long answer'),
      { tokens: 1000 },
    )
    for await (const _ of streaming.stream(request)) break
    expect(streaming.spent()).toMatchObject({ calls: 1, tokens: 28 })
  })
})

test('a stream counts what it told at its end', async () => {
  const model = budgeted(
    scriptedModel(() => used(12, 3)),
    { tokens: 1000 },
  )
  for await (const event of model.stream(request)) if (event.type === 'finish') break
  expect(model.spent()).toMatchObject({ calls: 1, tokens: 15 })
})

test('an answer without a token count counts at its bound', async () => {
  const model = budgeted(
    scriptedModel(() => used(0, 0)),
    { tokens: 1000 },
  )
  await model.generate(request)
  expect(model.spent().tokens).toBe(28)
})

test('an answer from a cache inside costs nothing', async () => {
  const model = budgeted(cached(scriptedModel(() => used(12, 3))), { tokens: 1000, calls: 10 })
  for (const _ of [1, 2, 3]) await model.generate(request)
  expect(model.spent()).toMatchObject({ calls: 1, tokens: 15 })
})

test('an unbounded request gets a bound only while tokens or money are limited', async () => {
  const inner = scriptedModel(() => 'yes')
  await budgeted(inner, { calls: 5 }).generate(saying('hi'))
  await budgeted(inner, { tokens: 9999 }).generate(saying('hi'))
  await budgeted(inner, { usd: 9999, answerTokens: 7, prices: { scripted: dollar } }).generate(saying('hi'))
  expect(inner.calls.map(({ maxTokens }) => maxTokens)).toEqual([undefined, 1024, 7])
})

test('what is retried outside fits request by request', async () => {
  const busy = new ModelError('model/server', 'busy', { model: 'm' })
  const inner = scriptedModel(() => busy)
  const failed = await failure(retried(budgeted(inner, { calls: 2 }), { baseDelayMs: 0 }).generate(request))
  expect(failed).toMatchObject({ code: 'budget/calls' })
  expect(inner.calls).toHaveLength(2)
})

test('money without a price is a configuration error that says what to write', () => {
  expect(() => budgeted(scriptedModel([], { id: 'x/new' }), { usd: 1 })).toThrow(
    "No price is known for x/new, so a budget in usd cannot be kept. Write prices: { 'x/new': { input: 0.15, output: 0.6 } }, in US dollars per million tokens.",
  )
})

test.each([{ calls: 0 }, { tokens: -1 }, { usd: Number.NaN }, { seconds: 0 }])('%o is refused', options => {
  expect(() => budgeted(scriptedModel([]), options)).toThrow('Expected')
})

/** What one caller of a random run does, and what the provider makes of it. */
const caller = fc.record({
  comesAt: fc.integer({ min: 0, max: 2000 }),
  latencyMs: fc.integer({ min: 1, max: 1000 }),
  question: fc.string({ maxLength: 30 }),
  maxTokens: fc.integer({ min: 1, max: 40 }),
  /** The part of the bound that is used. */
  usage: fc.double({ min: 0.01, max: 1, noNaN: true }),
  outcome: fc.constantFrom('answers', 'refuses', 'loses the answer', 'streams', 'is left'),
  abortsAfter: fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined }),
  deadlineMs: fc.option(fc.integer({ min: 1, max: 3000 }), { nil: undefined }),
})

test('whatever happens, what the provider charges stays within every limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(caller, { minLength: 1, maxLength: 15 }),
      fc.record(
        {
          calls: fc.integer({ min: 1, max: 10 }),
          tokens: fc.integer({ min: 30, max: 400 }),
          usd: fc.double({ min: 0.00003, max: 0.001, noNaN: true }),
          seconds: fc.double({ min: 0.1, max: 4, noNaN: true }),
        },
        { requiredKeys: [] },
      ),
      async (callers, limits) => {
        const clock = testClock()
        const price = { input: 0.7, output: 3.1 }
        const charged = { calls: 0, tokens: 0, usd: 0, lastEnd: 0 }
        const answered: number[] = []
        let firstAt: number | undefined
        const work = async (one: ModelRequest) => {
          const index = Number(one.rolloutId)
          const { latencyMs = 0, usage: part = 1, outcome } = callers[index] ?? {}
          firstAt ??= clock.now()
          answered.push(index)
          charged.calls += 1
          const { input, output } = tokenBound(one, one.maxTokens ?? 0)
          const inputTokens = Math.ceil(input * part)
          const outputTokens = Math.ceil(output * part)
          const charge = () => {
            charged.tokens += inputTokens + outputTokens
            charged.usd += (inputTokens * price.input + outputTokens * price.output) / 1e6
          }
          try {
            await clock.sleep(latencyMs, one.signal)
          } catch (reason) {
            charge() // the provider goes on without us
            throw reason
          } finally {
            charged.lastEnd = Math.max(charged.lastEnd, clock.now())
          }
          if (outcome === 'refuses') throw new ModelError('model/rate-limit', 'no', { model: 'm', status: 429 })
          charge()
          if (outcome === 'loses the answer') throw new ModelError('model/transport', 'cut', { model: 'm' })
          return used(inputTokens, outputTokens)
        }
        const inner: LanguageModel = {
          id: 'm',
          generate: work,
          async *stream(one) {
            const { usage } = await work(one)
            yield { type: 'text', index: 0, delta: 'yes' }
            yield { type: 'usage', usage }
            yield { type: 'finish', index: 0, reason: 'stop' }
          },
        }
        const model = budgeted(inner, { ...limits, prices: { m: price }, clock })
        const call = async (index: number): Promise<string> => {
          const { comesAt = 0, abortsAfter, deadlineMs, question = '', maxTokens = 1, outcome } = callers[index] ?? {}
          await clock.sleep(comesAt)
          const controller = new AbortController()
          if (abortsAfter !== undefined) clock.sleep(abortsAfter).then(() => controller.abort())
          const asked = {
            ...saying(question),
            maxTokens,
            rolloutId: String(index),
            signal: controller.signal,
            ...(deadlineMs !== undefined && { deadlineMs }),
          }
          if (outcome !== 'streams' && outcome !== 'is left') {
            await model.generate(asked)
            return 'answered'
          }
          for await (const _ of model.stream(asked)) if (outcome === 'is left') break
          return 'answered'
        }
        const ends = callers.map((_, index) =>
          call(index).catch(error => (error.name === 'AbortError' ? 'aborted' : error.code)),
        )
        await clock.advance(100_000)
        const ended = await Promise.all(ends)
        const { calls = Infinity, tokens = Infinity, usd = Infinity, seconds = Infinity } = limits
        expect(charged.calls).toBeLessThanOrEqual(calls)
        expect(charged.tokens).toBeLessThanOrEqual(tokens)
        expect(charged.usd).toBeLessThanOrEqual(usd + 1e-12)
        expect(charged.lastEnd - (firstAt ?? 0)).toBeLessThanOrEqual(seconds * 1000 + 1e-6)
        expect(new Set(answered).size).toBe(answered.length)
        for (const [index, end] of ended.entries()) if (end === 'answered') expect(answered).toContain(index)
        const spent = model.spent()
        expect(spent.calls).toBe(charged.calls)
        if (tokens < Infinity || usd < Infinity) {
          expect(spent.tokens).toBeGreaterThanOrEqual(charged.tokens)
          expect(spent.usd).toBeGreaterThanOrEqual(charged.usd - 1e-12)
        }
        expect(spent.tokens).toBeLessThanOrEqual(tokens)
        expect(clock.sleeping).toEqual([])
      },
    ),
    { numRuns: 100 },
  )
}, 300_000)
