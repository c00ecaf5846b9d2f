import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { limited } from '../../src/models/limited.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const saying = (content: string): ModelRequest => ({ messages: [{ role: 'user', content }] })
const request = saying('hi')

/** A model that notes when each request reached it, and how many were under way. */
const watched = (inner: LanguageModel, clock = testClock()) => {
  const sent: { readonly at: number; readonly request: ModelRequest }[] = []
  let underWay = 0
  let most = 0
  const arrives = (one: ModelRequest) => {
    sent.push({ at: clock.now(), request: one })
    underWay += 1
    most = Math.max(most, underWay)
  }
  const model: LanguageModel = {
    id: 'm',
    async generate(one) {
      arrives(one)
      try {
        return await inner.generate(one)
      } finally {
        underWay -= 1
      }
    },
    async *stream(one) {
      arrives(one)
      try {
        yield* inner.stream(one)
      } finally {
        underWay -= 1
      }
    },
  }
  return {
    model,
    sent,
    get most() {
      return most
    },
    times: () => sent.map(({ at }) => at),
    said: () => sent.map(({ request: { messages } }) => messages[0]?.content),
  }
}

const slow = (clock = testClock(), latencyMs = 100) => ({
  clock,
  ...watched(
    scriptedModel(() => 'yes', { latencyMs, clock }),
    clock,
  ),
})

describe('at once', () => {
  test('as many calls are sent as there are slots, the others in the order of arrival', async () => {
    const { clock, model, said, times } = slow()
    const calm = limited(model, { concurrency: 2, clock })
    const answers = Promise.all(['a', 'b', 'c', 'd', 'e'].map(name => calm.generate(saying(name))))
    await clock.advance(1000)
    expect(await answers).toHaveLength(5)
    expect(said()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(times()).toEqual([0, 0, 100, 100, 200])
  })

  test('a lower priority goes first', async () => {
    const { clock, model, said } = slow()
    const calm = limited(model, { concurrency: 1, clock })
    for (const [name, priority] of Object.entries({ a: 5, b: 5, c: 1, d: -1 })) {
      calm.generate({ ...saying(name), priority })
    }
    await clock.advance(1000)
    expect(said()).toEqual(['a', 'd', 'c', 'b'])
  })

  test('a failed call frees its slot', async () => {
    const inner = scriptedModel([new ModelError('model/server', 'down', { model: 'm' }), 'fine'])
    const calm = limited(inner, { concurrency: 1 })
    await expect(calm.generate(request)).rejects.toMatchObject({ code: 'model/server' })
    expect((await calm.generate(request)).completions[0].text).toBe('fine')
  })

  test('a stream holds its slot until its end', async () => {
    const { model, sent } = watched(scriptedModel(() => 'a long answer'))
    const calm = limited(model, { concurrency: 1 })
    const events = calm.stream(request)[Symbol.asyncIterator]()
    await events.next()
    const next = calm.generate(request)
    await Promise.resolve()
    expect(sent).toHaveLength(1)
    while (!(await events.next()).done);
    await next
    expect(sent).toHaveLength(2)
  })

  test('a stream that is left frees its slot, and so does one that is aborted and never read again', async () => {
    const calm = limited(
      scriptedModel(() => 'a long answer'),
      { concurrency: 1 },
    )
    for await (const _ of calm.stream(request)) break
    await calm.generate(request)
    const controller = new AbortController()
    await calm
      .stream({ ...request, signal: controller.signal })
      [Symbol.asyncIterator]()
      .next()
    controller.abort()
    await calm.generate(request)
  })

  test('a stream that nobody reads holds nothing', async () => {
    const calm = limited(
      scriptedModel(() => 'yes'),
      { concurrency: 1 },
    )
    calm.stream(request)
    await calm.generate(request)
  })
})

describe('waiting', () => {
  test('who aborts leaves at once and nothing is sent', async () => {
    const { clock, model, said } = slow()
    const calm = limited(model, { concurrency: 1, clock })
    const controller = new AbortController()
    const first = calm.generate(saying('a'))
    const gone = calm.generate({ ...saying('b'), signal: controller.signal })
    const last = calm.generate(saying('c'))
    controller.abort()
    await expect(gone).rejects.toBe(controller.signal.reason)
    await clock.advance(1000)
    await Promise.all([first, last])
    expect(said()).toEqual(['a', 'c'])
  })

  test('counts against the deadline, and what is left of it goes on', async () => {
    const { clock, model, sent } = slow()
    const calm = limited(model, { concurrency: 1, clock })
    calm.generate(request)
    const second = calm.generate({ ...request, deadlineMs: 250 })
    const late = calm.generate({ ...request, deadlineMs: 150 }).catch(error => error)
    await clock.advance(1000)
    await second
    expect(sent.map(one => one.request.deadlineMs)).toEqual([undefined, 150])
    expect(await late).toMatchObject({ code: 'model/timeout', attempts: 0, retryable: true })
    expect((await late).message).toBe(
      'The call waited 150 ms for its turn at m and was never sent. Raise deadlineMs or the limits, or call less at once.',
    )
    expect(clock.sleeping).toEqual([])
  })

  test('leaves no timer behind when nobody waits any more', async () => {
    const { clock, model } = slow()
    const calm = limited(model, { requestsPerMinute: 1, clock })
    const controller = new AbortController()
    const first = calm.generate(request)
    const gone = calm.generate({ ...request, signal: controller.signal }).catch(() => 'gone')
    await clock.advance(200)
    await first
    expect(clock.sleeping).toEqual([59_800])
    controller.abort()
    expect(await gone).toBe('gone')
    expect(clock.sleeping).toEqual([])
  })
})

describe('in a minute', () => {
  test('no more requests begin than allowed', async () => {
    const { clock, model, times } = slow()
    const calm = limited(model, { requestsPerMinute: 2, clock })
    for (const _ of [1, 2, 3, 4, 5]) calm.generate(request)
    await clock.advance(200_000)
    expect(times()).toEqual([0, 0, 60_000, 60_000, 120_000])
  })

  test('tokens are counted by the estimate, and by the usage when it is known', async () => {
    const clock = testClock()
    const usage = { ...noUsage, calls: 1, attempts: 1, inputTokens: 300, outputTokens: 100 }
    const answer = { completions: [{ text: 'yes', finishReason: 'stop' }], usage } as const
    const { model, times } = watched(
      scriptedModel(() => answer, { latencyMs: 1000, clock }),
      clock,
    )
    const calm = limited(model, { tokensPerMinute: 1000, estimateTokens: () => 600, clock })
    for (const _ of [1, 2, 3]) calm.generate(request)
    await clock.advance(100_000)
    // The second fits when the first turns out to be 400; the third waits until the first is a minute old.
    expect(times()).toEqual([0, 1000, 60_000])
  })

  test('what an estimate missed is taken from what comes after', async () => {
    const clock = testClock()
    const usage = { ...noUsage, calls: 1, attempts: 1, inputTokens: 2000, outputTokens: 500 }
    const answer = { completions: [{ text: 'yes', finishReason: 'stop' }], usage } as const
    const { model, times } = watched(
      scriptedModel(() => answer, { latencyMs: 1000, clock }),
      clock,
    )
    const calm = limited(model, { concurrency: 1, tokensPerMinute: 1000, estimateTokens: () => 100, clock })
    for (const _ of [1, 2]) calm.generate(request)
    await clock.advance(200_000)
    expect(times()).toEqual([0, 61_000])
  })

  test('a call above the whole limit goes alone', async () => {
    const { clock, model, times } = slow()
    const calm = limited(model, { tokensPerMinute: 100, estimateTokens: () => 5000, clock })
    for (const _ of [1, 2]) calm.generate(request)
    await clock.advance(100_000)
    expect(times()).toEqual([0, 60_000])
  })

  test('requests that the model repeated on its own are counted', async () => {
    const clock = testClock()
    const usage = { ...noUsage, calls: 1, attempts: 3, inputTokens: 1, outputTokens: 1 }
    const { model, times } = watched(
      scriptedModel(() => ({ completions: [{ text: 'yes', finishReason: 'stop' }], usage })),
      clock,
    )
    const calm = limited(model, { requestsPerMinute: 3, clock })
    await calm.generate(request)
    calm.generate(request)
    await clock.advance(100_000)
    expect(times()).toEqual([0, 60_000])
  })
})

test.each([
  [{ concurrency: 0 }, 'Expected concurrency of limited() to be a number of at least 1, got 0.'],
  [{ requestsPerMinute: 0.5 }, 'Expected requestsPerMinute of limited() to be a number of at least 1, got 0.5.'],
  [{ tokensPerMinute: Number.NaN }, 'Expected tokensPerMinute of limited() to be a number of at least 1, got NaN.'],
])('%o is refused', (options, message) => {
  expect(() => limited(scriptedModel([]), options)).toThrow(message)
})

/** What one caller of a random run does. */
const caller = fc.record({
  comesAt: fc.integer({ min: 0, max: 90_000 }),
  latencyMs: fc.integer({ min: 1, max: 20_000 }),
  tokens: fc.integer({ min: 1, max: 400 }),
  priority: fc.integer({ min: -1, max: 1 }),
  outcome: fc.constantFrom('answers', 'fails', 'streams', 'leaves'),
  abortsAfter: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined }),
  deadlineMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
})

test('whatever the callers do, no limit is passed and every call is sent once at most and settled once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(caller, { minLength: 1, maxLength: 15 }),
      fc.record({
        concurrency: fc.integer({ min: 1, max: 4 }),
        requestsPerMinute: fc.integer({ min: 1, max: 6 }),
        tokensPerMinute: fc.integer({ min: 400, max: 1000 }),
      }),
      async (callers, limits) => {
        const clock = testClock()
        const sent: { at: number; index: number; tokens: number }[] = []
        const indexOf = (one: ModelRequest) => Number(one.messages[0]?.content)
        let underWay = 0
        let abortedWhenSent = 0
        const work = async (one: ModelRequest) => {
          const index = indexOf(one)
          const { latencyMs = 0, tokens = 0, outcome } = callers[index] ?? {}
          if (one.signal?.aborted) abortedWhenSent += 1
          sent.push({ at: clock.now(), index, tokens })
          underWay += 1
          expect(underWay).toBeLessThanOrEqual(limits.concurrency)
          try {
            await clock.sleep(latencyMs, one.signal)
          } finally {
            underWay -= 1
          }
          if (outcome === 'fails') throw new ModelError('model/server', 'down', { model: 'm' })
          return {
            completions: [{ text: String(index), finishReason: 'stop' }] as const,
            usage: { ...noUsage, calls: 1, attempts: 1, inputTokens: tokens },
          }
        }
        const inner: LanguageModel = {
          id: 'm',
          generate: work,
          async *stream(one) {
            const { completions, usage } = await work(one)
            yield { type: 'text', index: 0, delta: completions[0].text }
            yield { type: 'usage', usage }
            yield { type: 'finish', index: 0, reason: 'stop' }
          },
        }
        const estimateTokens = (one: ModelRequest) => callers[indexOf(one)]?.tokens ?? 0
        const calm = limited(inner, { ...limits, estimateTokens, clock })
        const call = async (index: number): Promise<string> => {
          const { comesAt = 0, abortsAfter, deadlineMs, priority, outcome } = callers[index] ?? {}
          await clock.sleep(comesAt)
          const controller = new AbortController()
          if (abortsAfter !== undefined) clock.sleep(abortsAfter).then(() => controller.abort())
          const asked: ModelRequest = {
            ...saying(String(index)),
            signal: controller.signal,
            ...(priority !== undefined && { priority }),
            ...(deadlineMs !== undefined && { deadlineMs }),
          }
          if (outcome === 'streams' || outcome === 'leaves') {
            let text = ''
            for await (const event of calm.stream(asked)) {
              if (event.type === 'text') text += event.delta
              if (outcome === 'leaves') break
            }
            return text
          }
          return (await calm.generate(asked)).completions[0].text
        }
        const ends = callers.map((_, index) =>
          call(index).catch(error => (error.name === 'AbortError' ? error.name : error.code)),
        )
        await clock.advance(10_000_000)
        const ended = await Promise.all(ends)
        const answered = sent.map(({ index }) => index)
        expect(new Set(answered).size).toBe(answered.length)
        expect(abortedWhenSent).toBe(0)
        expect(underWay).toBe(0)
        for (const [index, end] of ended.entries()) {
          const { outcome, abortsAfter, deadlineMs } = callers[index] ?? {}
          if (end === String(index) || end === 'model/server') {
            expect(answered).toContain(index)
            expect(end === 'model/server').toBe(outcome === 'fails')
          } else if (end === 'AbortError') expect(abortsAfter).toBeDefined()
          else {
            expect(end).toBe('model/timeout')
            expect(deadlineMs).toBeDefined()
            expect(answered).not.toContain(index)
          }
        }
        for (const { at } of sent) {
          const minute = sent.filter(one => one.at > at - 60_000 && one.at <= at)
          expect(minute.length).toBeLessThanOrEqual(limits.requestsPerMinute)
          const spent = minute.reduce((sum, { tokens }) => sum + tokens, 0)
          expect(spent).toBeLessThanOrEqual(limits.tokensPerMinute)
        }
        expect(clock.sleeping).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
}, 300_000)
