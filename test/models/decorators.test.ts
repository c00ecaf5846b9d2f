import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import type { CodeOf } from '../../src/errors/codes.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { cached } from '../../src/models/cached.ts'
import { fallback } from '../../src/models/fallback.ts'
import { limited } from '../../src/models/limited.ts'
import { retried } from '../../src/models/retried.ts'
import { attemptCounter } from '../../src/ports/attempt-counter.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

type Decorator = (model: LanguageModel, clock: Clock) => LanguageModel

const decorators: Record<string, Decorator> = {
  cached: (model, clock) => cached(model, { clock }),
  retried: (model, clock) => retried(model, { attempts: 3, random: { random: () => 0.5 }, clock }),
  limited: (model, clock) =>
    limited(model, { concurrency: 2, requestsPerMinute: 20, tokensPerMinute: 5000, estimateTokens: () => 300, clock }),
  budgeted: (model, clock) => budgeted(model, { calls: 1000, tokens: 1_000_000, seconds: 100_000, clock }),
  fallback: (model, clock) => fallback([model, { ...model, id: 'second' }], { clock }),
}

type Fault = 'none' | CodeOf<'model'>

/** A provider that answers each question with itself, and counts what reaches it. */
const provider = (clock: Clock, latencies: readonly number[], faults: readonly Fault[]) => {
  const sent: { readonly at: number; readonly question: unknown; readonly request: ModelRequest }[] = []
  let underWay = 0
  const work = async (request: ModelRequest) => {
    request.signal?.throwIfAborted()
    const index = sent.length
    const question = request.messages[0]?.content
    sent.push({ at: clock.now(), question, request })
    underWay += 1
    try {
      await clock.sleep(latencies[index % latencies.length] ?? 0, request.signal)
    } finally {
      underWay -= 1
    }
    const fault = faults[index % faults.length] ?? 'none'
    if (fault !== 'none') {
      throw new ModelError(fault, 'fault', { model: 'm', attempts: 1, ...(index % 2 && { retryAfterMs: 3000 }) })
    }
    return {
      completions: [{ text: String(question), finishReason: 'stop' }] as const,
      usage: { ...noUsage, calls: 1, attempts: 1, inputTokens: 10, outputTokens: 10 },
    }
  }
  const model: LanguageModel = {
    id: 'm',
    generate: work,
    async *stream(request) {
      const { completions, usage } = await work(request)
      yield { type: 'text', index: 0, delta: completions[0].text }
      yield { type: 'usage', usage }
      yield { type: 'finish', index: 0, reason: 'stop' }
    },
  }
  return {
    model,
    sent,
    get underWay() {
      return underWay
    },
  }
}

const run = fc.record({
  stack: fc.shuffledSubarray(Object.keys(decorators), { minLength: 1 }),
  latencies: fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 7 }),
  faults: fc.array(
    fc.constantFrom<Fault>(
      'none',
      'none',
      'none',
      'model/server',
      'model/transport',
      'model/rate-limit',
      'model/request',
    ),
    { minLength: 1, maxLength: 7 },
  ),
  /** Which question each caller asks, and whether it streams. */
  callers: fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { minLength: 1, maxLength: 12 }),
})

const stacked = ({ stack, latencies, faults, callers }: typeof run extends fc.Arbitrary<infer R> ? R : never) => {
  const clock = testClock()
  const source = provider(clock, latencies, faults)
  const model = stack.reduce((inner, name) => decorators[name]?.(inner, clock) ?? inner, source.model)
  const controller = new AbortController()
  const ends: string[][] = callers.map(() => [])
  const call = async (question: number, streams: boolean): Promise<string> => {
    const attempts = attemptCounter(3)
    attempts.take()
    const { signal } = controller
    const request: ModelRequest = { messages: [{ role: 'user', content: `q${question}` }], attempts, signal }
    if (!streams) return (await model.generate(request)).completions[0].text
    let text = ''
    for await (const event of model.stream(request)) if (event.type === 'text') text += event.delta
    return text
  }
  for (const [index, [question, streams]] of callers.entries()) {
    const end = (how: string) => ends[index]?.push(how)
    call(question, streams).then(end, error => end(error.name === 'AbortError' ? error.name : error.code))
  }
  return { clock, source, controller, ends }
}

/** Hashing takes real time, and the clock of the test does not wait for it. */
const until = async (isSo: () => boolean, meanwhile: () => Promise<void> = async () => {}): Promise<void> => {
  const began = Date.now()
  while (!isSo() && Date.now() - began < 40_000) {
    await meanwhile()
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}

test('in any stack every call ends once, with its own answer or with a fault, and leaves no timer', async () => {
  await fc.assert(
    fc.asyncProperty(run, async plan => {
      const { clock, source, ends } = stacked(plan)
      const allEnded = () => ends.every(end => end.length > 0)
      await until(allEnded, () => clock.advance(60_000))
      for (const [index, end] of ends.entries()) {
        expect(end).toHaveLength(1)
        const answer = `q${plan.callers[index]?.[0]}`
        expect([answer, ...plan.faults]).toContain(end[0])
      }
      // Three attempts a call at most, however the decorators are nested.
      expect(source.sent.length).toBeLessThanOrEqual(3 * plan.callers.length)
      expect(source.underWay).toBe(0)
      expect(clock.sleeping).toEqual([])
    }),
    { numRuns: 60 },
  )
}, 300_000)

test('in any stack an abort ends every call at once: nothing more is sent and what is under way is aborted', async () => {
  await fc.assert(
    fc.asyncProperty(run, fc.integer({ min: 0, max: 12_000 }), async (plan, abortAt) => {
      const { clock, source, controller, ends } = stacked(plan)
      await clock.advance(abortAt)
      const before = source.sent.length
      const settled = ends.filter(end => end.length > 0).length
      controller.abort()
      await until(() => ends.every(end => end.length > 0))
      expect(source.underWay).toBe(0)
      expect(ends.filter(end => end.length === 1)).toHaveLength(ends.length)
      expect(ends.filter(end => end[0] === 'AbortError')).toHaveLength(ends.length - settled)
      await clock.advance(10_000_000)
      expect(source.sent).toHaveLength(before)
      expect(ends.every(end => end.length === 1)).toBe(true)
      expect(clock.sleeping).toEqual([])
    }),
    { numRuns: 60 },
  )
}, 300_000)
