import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addUsage, noUsage } from '../../src/data/usage.ts'
import { BudgetError } from '../../src/errors/budget-error.ts'
import type { CodeOf } from '../../src/errors/codes.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { RuntimeError } from '../../src/errors/runtime-error.ts'
import { fallback, movesOn } from '../../src/models/fallback.ts'
import { limited } from '../../src/models/limited.ts'
import { retried } from '../../src/models/retried.ts'
import { attemptCounter } from '../../src/ports/attempt-counter.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { type Script, scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'hi' }] }
const failing = (code: CodeOf<'model'>, more: object = {}) => new ModelError(code, `${code}.`, { model: 'm', ...more })
const down = failing('model/server', { status: 503 })
const wrong = failing('model/request', { status: 400 })

const named = (id: string, script: Script) => scriptedModel(script, { id })
const failure = (answer: Promise<unknown>) =>
  answer.then(
    () => expect.fail('no error'),
    error => error,
  )
const read = async (events: AsyncIterable<ModelEvent>) => {
  const seen: ModelEvent[] = []
  let error: unknown
  try {
    for await (const event of events) seen.push(event)
  } catch (reason) {
    error = reason
  }
  const usage = seen.reduce((sum, event) => (event.type === 'usage' ? addUsage(sum, event.usage) : sum), noUsage)
  const text = seen.map(event => (event.type === 'text' ? event.delta : '')).join('')
  return { seen, error, usage, text }
}

describe('who is asked', () => {
  test('the first, when it answers', async () => {
    const [a, b] = [named('a', ['from a']), named('b', [])]
    const response = await fallback([a, b]).generate(request)
    expect(response.completions[0].text).toBe('from a')
    expect(response.usage.attempts).toBe(1)
    expect(b.calls).toEqual([])
  })

  test('the next, when one fails, and usage counts both', async () => {
    const [a, b, c] = [named('a', [down]), named('b', [failing('model/timeout', { attempts: 3 })]), named('c', ['ok'])]
    const { completions, usage } = await fallback([a, b, c]).generate(request)
    expect(completions[0].text).toBe('ok')
    expect(usage).toMatchObject({ calls: 1, attempts: 5 })
  })

  test.each([
    'model/request',
    'model/authentication',
    'model/context-window',
    'model/filtered',
    'model/unsupported',
  ] as const)('nobody else after the caller’s mistake %s', async code => {
    const mistake = failing(code)
    const b = named('b', [])
    expect(await failure(fallback([named('a', [mistake]), b]).generate(request))).toBe(mistake)
    expect(b.calls).toEqual([])
  })

  test('nobody else after a budget or a bug', async () => {
    for (const error of [new BudgetError('budget/calls', 'no', { spent: 1, limit: 1 }), new TypeError('bug')]) {
      expect(await failure(fallback([named('a', [error]), named('b', [])]).generate(request))).toBe(error)
    }
  })

  test('the remote model where no local one can run', async () => {
    const local = named('local/nano', [new RuntimeError('runtime/no-backend', 'No GPU.')])
    const model = fallback([local, named('b', ['ok'])])
    expect((await model.generate(request)).completions[0].text).toBe('ok')
  })

  test('whom the caller says', async () => {
    const model = fallback([named('a', [failing('model/authentication')]), named('b', ['ok'])], {
      when: error => movesOn(error) || (error instanceof ModelError && error.code === 'model/authentication'),
    })
    expect((await model.generate(request)).completions[0].text).toBe('ok')
  })
})

describe('the final error', () => {
  test('names every model and why, and counts what was sent', async () => {
    const model = fallback([named('x/a', [down]), named('x/b', [failing('model/rate-limit', { attempts: 2 })])])
    const error = await failure(model.generate(request))
    expect(error).toBeInstanceOf(ModelError)
    expect(error).toMatchObject({ code: 'model/rate-limit', model: 'fallback(x/a, x/b)', attempts: 3, retryable: true })
    expect(error.message).toBe(
      'No model of fallback(x/a, x/b) answered. x/a failed: model/server, model/server. x/b failed: model/rate-limit, model/rate-limit.',
    )
    expect(error.cause.errors).toHaveLength(2)
  })

  test('tells the first moment at which one may be asked again', async () => {
    const asking = (retryAfterMs: number) => failing('model/rate-limit', { retryAfterMs })
    const model = fallback([named('a', [asking(9000)]), named('b', [asking(4000)])])
    expect(await failure(model.generate(request))).toMatchObject({ retryAfterMs: 4000 })
  })

  test('is final when no model will do better', async () => {
    const spent = failing('model/rate-limit', { retryable: false })
    const model = fallback([named('a', [spent]), named('b', [spent])])
    expect(await failure(model.generate(request))).toMatchObject({ retryable: false })
  })

  test('is the mistake where that comes after a failure, with both named', async () => {
    const error = await failure(fallback([named('a', [down]), named('b', [wrong])]).generate(request))
    expect(error).toMatchObject({ code: 'model/request', attempts: 2, retryable: false, status: 400 })
    expect(error.message).toContain('a failed: model/server')
  })

  test('of a single model is its own', async () => {
    expect(await failure(fallback([named('a', [down])]).generate(request))).toBe(down)
  })

  test('of local models alone is a runtime error', async () => {
    const none = new RuntimeError('runtime/no-backend', 'No GPU.')
    const error = await failure(fallback([named('a', [none]), named('b', [none])]).generate(request))
    expect(error).toMatchObject({ name: 'RuntimeError', code: 'runtime/no-backend' })
  })
})

describe('the circuit breaker', () => {
  const breaker = { failures: 2, cooldownMs: 1000 }

  test('leaves a model alone after failures in a row, and probes it once after the cooldown', async () => {
    const clock = testClock()
    let broken = true
    const a = named('a', () => (broken ? down : 'from a'))
    const b = named('b', () => 'from b')
    const model = fallback([a, b], { breaker, clock })
    for (const _ of [1, 2, 3, 4]) await model.generate(request)
    expect(a.calls).toHaveLength(2)
    await clock.advance(1000)
    await model.generate(request)
    await model.generate(request)
    expect(a.calls).toHaveLength(3)
    broken = false
    await clock.advance(1000)
    const texts = await Promise.all([1, 2].map(async () => (await model.generate(request)).completions[0].text))
    expect(texts.sort()).toEqual(['from a', 'from b'])
    expect((await model.generate(request)).completions[0].text).toBe('from a')
  })

  test('fails at once when all are left alone, and says until when', async () => {
    const clock = testClock()
    const a = named('a', () => down)
    const model = fallback([a], { breaker, clock })
    for (const _ of [1, 2]) await failure(model.generate(request))
    await clock.advance(400)
    const error = await failure(model.generate(request))
    expect(error).toMatchObject({ code: 'model/server', attempts: 0, retryAfterMs: 600, retryable: true })
    expect(error.message).toBe(
      'No model of fallback(a) answered. a was not asked: it failed too often (model/server) and is left alone for 600 ms more.',
    )
    expect(a.calls).toHaveLength(2)
  })

  test('an outage of many calls at once opens it', async () => {
    const clock = testClock()
    const a = scriptedModel(() => down, { id: 'a', latencyMs: 10, clock })
    const b = named('b', () => 'from b')
    const model = fallback([limited(a, { concurrency: 4, clock }), b], { breaker: { failures: 4 }, clock })
    const answers = Promise.all(Array.from({ length: 20 }, () => model.generate(request)))
    await clock.advance(100)
    expect(await answers).toHaveLength(20)
    await model.generate(request)
    expect(a.calls).toHaveLength(20)
  })

  test('mistakes, aborts and calls that were never sent do not open it', async () => {
    const errors = [wrong, failing('model/timeout', { attempts: 0 }), new TypeError('bug'), wrong]
    const a = named('a', [...errors, 'from a'])
    const model = fallback([a], { breaker: { failures: 1 } })
    for (const _ of errors) await failure(model.generate(request))
    expect((await model.generate(request)).completions[0].text).toBe('from a')
  })
})

describe('time and attempts', () => {
  /** A model that ends at its deadline. */
  const hanging = (clock: ReturnType<typeof testClock>) => {
    const deadlines: (number | undefined)[] = []
    const model: LanguageModel = {
      ...named('slow', []),
      async generate({ deadlineMs }) {
        deadlines.push(deadlineMs)
        await clock.sleep(deadlineMs ?? 120_000)
        throw failing('model/timeout', { attempts: 1 })
      },
    }
    return { model, deadlines }
  }

  test('the next model has what is left of the deadline', async () => {
    const clock = testClock()
    const slow = hanging(clock)
    const b = named('b', ['ok'])
    const answer = fallback([slow.model, b], { attemptDeadlineMs: 300, clock }).generate({
      ...request,
      deadlineMs: 1000,
    })
    await clock.advance(300)
    await answer
    expect(slow.deadlines).toEqual([300])
    expect(b.calls[0]?.deadlineMs).toBe(300)
  })

  test('when it is over nobody else is asked', async () => {
    const clock = testClock()
    const b = named('b', ['never'])
    const end = failure(fallback([hanging(clock).model, b], { clock }).generate({ ...request, deadlineMs: 1000 }))
    await clock.advance(1000)
    expect(await end).toMatchObject({ code: 'model/timeout' })
    expect((await end).message).toContain('b was not asked: the deadline of 1000 ms was over.')
    expect(b.calls).toEqual([])
  })

  test('all share one counter, and one attempt is kept for each model that is left', async () => {
    const clock = testClock()
    const [a, b, c] = [named('a', () => down), named('b', () => down), named('c', () => down)]
    const attempts = attemptCounter(5)
    attempts.take()
    const model = fallback([retried(a, { clock }), retried(b, { clock }), retried(c, { clock })], { clock })
    const end = failure(model.generate({ ...request, attempts }))
    await clock.advance(1_000_000)
    expect(await end).toMatchObject({ attempts: 5 })
    expect([a, b, c].map(({ calls }) => calls.length)).toEqual([3, 1, 1])
    expect(attempts.used).toBe(5)
  })

  test('without an attempt left the next model is not asked', async () => {
    const attempts = attemptCounter(1)
    attempts.take()
    const b = named('b', ['never'])
    const error = await failure(fallback([named('a', [down]), b]).generate({ ...request, attempts }))
    expect(error.message).toContain('b was not asked: the bound of 1 attempts was reached.')
    expect(b.calls).toEqual([])
  })

  test('a model that was not asked costs no attempt', async () => {
    const attempts = attemptCounter(1)
    attempts.take()
    const clock = testClock()
    const a = named('a', () => down)
    const model = fallback([a, named('b', () => 'ok')], { breaker: { failures: 1 }, clock })
    await model.generate(request)
    expect((await model.generate({ ...request, attempts })).completions[0].text).toBe('ok')
  })

  test('retried around it waits until a model may be asked again', async () => {
    const clock = testClock()
    const a = named('a', [down, 'ok'])
    const model = retried(fallback([a], { breaker: { failures: 1, cooldownMs: 5000 }, clock }), {
      clock,
      random: { random: () => 0 },
      baseDelayMs: 100,
      attempts: 3,
    })
    const answer = model.generate(request)
    await clock.advance(5000)
    expect((await answer).completions[0].text).toBe('ok')
    expect((await answer).usage.attempts).toBe(2)
  })
})

describe('streams', () => {
  test('move on while nothing was told', async () => {
    const a = named('a', [down])
    const { text, usage, seen } = await read(fallback([a, named('b', ['from b'])]).stream(request))
    expect(text).toBe('from b')
    expect(usage).toMatchObject({ calls: 1, attempts: 2 })
    expect(seen[0]?.type).toBe('usage')
  })

  test('what a failed model told of its usage counts once', async () => {
    const a: LanguageModel = {
      ...named('a', []),
      async *stream() {
        yield { type: 'usage', usage: { ...noUsage, attempts: 2, inputTokens: 7 } }
        throw failing('model/transport', { attempts: 3 })
      },
    }
    const { usage } = await read(fallback([a, named('b', ['from b'])]).stream(request))
    expect(usage).toMatchObject({ attempts: 4, inputTokens: 8 })
  })

  test('fail after something was told', async () => {
    const b = named('b', [])
    const { text, error } = await read(fallback([named('a', [{ text: 'half', error: down }]), b]).stream(request))
    expect(text).toBe('half')
    expect(error).toBe(down)
    expect(b.calls).toEqual([])
  })

  test('fail with every model named', async () => {
    const { error } = await read(fallback([named('a', [down]), named('b', [down])]).stream(request))
    expect(error).toMatchObject({ code: 'model/server', attempts: 2 })
  })

  test('that are left free a probe', async () => {
    const clock = testClock()
    const a = named('a', [down, 'from a', 'from a'])
    const model = fallback([a], { breaker: { failures: 1, cooldownMs: 10 }, clock })
    await failure(model.generate(request))
    await clock.advance(10)
    for await (const _ of model.stream(request)) break
    expect((await model.generate(request)).completions[0].text).toBe('from a')
  })
})

test('can do what all can do', () => {
  const a = scriptedModel([], { capabilities: { tools: true, images: true } })
  const b = scriptedModel([], { capabilities: { tools: true } })
  expect(fallback([a, b]).capabilities).toMatchObject({ tools: true, images: false })
})

test('no model, or a bound that is none, is refused', () => {
  expect(() => fallback([])).toThrow('Expected at least one model for fallback(). Write fallback([first, second]).')
  expect(() => fallback([named('a', [])], { breaker: { failures: 0 } })).toThrow('Expected failures')
})

const outcome = fc.constantFrom('ok', 'down', 'wrong', 'slow')

test('whatever fails, an answer comes from one model only, in the order given, and usage is what was sent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(outcome, { minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (scripts, limit, streaming) => {
        const clock = testClock()
        const sent: { call: number; model: number }[] = []
        const models = scripts.map((script, model) =>
          named(String(model), (one, index) => {
            sent.push({ call: Number(one.rolloutId), model })
            const what = script[index] ?? 'ok'
            return what === 'down'
              ? down
              : what === 'wrong'
                ? wrong
                : what === 'slow'
                  ? failing('model/timeout')
                  : `${model}`
          }),
        )
        const model = fallback(models, { breaker: { failures: 2, cooldownMs: 1000 }, clock })
        for (let call = 0; call < 12; call += 1) {
          const attempts = attemptCounter(limit)
          attempts.take()
          const asked = { ...request, attempts, rolloutId: String(call) }
          const before = sent.length
          const end = streaming
            ? await read(model.stream(asked)).then(({ error, text, usage }) => ({ error, text, usage }))
            : await model.generate(asked).then(
                ({ completions, usage }) => ({ text: completions[0].text, usage, error: undefined }),
                error => ({ error, text: '', usage: noUsage }),
              )
          const here = sent.slice(before).map(one => one.model)
          expect(here).toEqual([...new Set(here)].sort())
          expect(here.length).toBeLessThanOrEqual(limit)
          expect(attempts.used).toBe(Math.max(1, here.length))
          if (end.error === undefined) {
            expect(end.text).toBe(String(here.at(-1)))
            expect(end.usage.attempts).toBe(here.length)
          } else {
            const { attempts: counted = 1 } = end.error as ModelError
            expect(counted).toBe(here.length)
          }
          await clock.advance(call % 3 === 0 ? 600 : 0)
        }
      },
    ),
    { numRuns: 60 },
  )
}, 300_000)
