import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { retried } from '../../src/models/retried.ts'
import { attemptCounter } from '../../src/ports/attempt-counter.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'hi' }] }
const busy = new ModelError('model/server', 'busy', { model: 'm' })
const refused = new ModelError('model/request', 'wrong', { model: 'm' })
const wait = (retryAfterMs: number) => new ModelError('model/rate-limit', 'slow down', { model: 'm', retryAfterMs })

/** The longest wait of every range. */
const longest = { random: () => 1 }

/** A call driven to its end, with when each request was sent. */
const timed = async (
  script: Parameters<typeof scriptedModel>[0],
  options: Parameters<typeof retried>[1] = {},
  asked: Partial<ModelRequest> = {},
) => {
  const clock = testClock()
  const sentAt: number[] = []
  const inner = scriptedModel(script)
  const model = retried(
    {
      id: 'inner',
      generate: one => {
        sentAt.push(clock.now())
        return inner.generate(one)
      },
      stream: one => inner.stream(one),
    },
    { clock, random: longest, ...options },
  )
  const settled = model.generate({ ...request, ...asked }).then(
    response => ({ response, error: undefined }),
    (error: ModelError) => ({ response: undefined, error }),
  )
  await clock.advance(10_000_000)
  return { ...(await settled), sentAt, calls: inner.calls }
}

test('a first answer costs nothing more', async () => {
  const { response, sentAt } = await timed(['fine'])
  expect(response?.completions[0].text).toBe('fine')
  expect(response?.usage.attempts).toBe(1)
  expect(sentAt).toEqual([0])
})

test('waits double up to their limit, and usage counts every attempt', async () => {
  const { response, sentAt } = await timed([busy, busy, busy, 'fine'], { baseDelayMs: 500, maxDelayMs: 1500 })
  expect(sentAt).toEqual([0, 500, 1500, 3000])
  expect(response?.usage).toMatchObject({ calls: 1, attempts: 4 })
})

test('waits are drawn from the whole range', async () => {
  const { sentAt } = await timed([busy, busy, 'fine'], { random: { random: () => 0.25 } })
  expect(sentAt).toEqual([0, 125, 375])
})

test('what a provider asks for is waited in full, with a little jitter', async () => {
  const { sentAt } = await timed([wait(30_000), 'fine'], { maxDelayMs: 1000 })
  expect(sentAt).toEqual([0, 30_500])
})

test('a wait beyond the deadline is a clear error at once', async () => {
  const { error, sentAt } = await timed([wait(3_600_000), 'never'])
  expect(error).toMatchObject({ code: 'model/rate-limit', retryAfterMs: 3_600_000, attempts: 1 })
  expect(error?.message).toBe(
    'slow down It asks to wait 3600000 ms, which the deadline of 120000 ms does not allow. Raise deadlineMs, or try again then.',
  )
  expect(sentAt).toEqual([0])
})

test.each([
  ['of the request', {}, { deadlineMs: 1200 }],
  ['of the options', { deadlineMs: 1200 }, {}],
])('the deadline %s bounds the waits, and each request gets what is left of it', async (_, options, asked) => {
  const { error, sentAt, calls } = await timed(() => busy, options, asked)
  expect(sentAt).toEqual([0, 500])
  expect(calls.map(({ deadlineMs }) => deadlineMs)).toEqual([1200, 700])
  expect(error).toMatchObject({ code: 'model/server', attempts: 2, cause: busy })
})

test('without a deadline none is passed on', async () => {
  expect((await timed(['fine'])).calls[0]).not.toHaveProperty('deadlineMs')
})

test('a slow attempt may be bounded on its own', async () => {
  const { calls } = await timed(['fine'], { attemptDeadlineMs: 2000 }, { deadlineMs: 60_000 })
  expect(calls[0]?.deadlineMs).toBe(2000)
})

test('the last error tells the attempts', async () => {
  const { error, sentAt } = await timed(() => busy, { attempts: 3 })
  expect(error).toMatchObject({
    code: 'model/server',
    message: 'busy It was tried 3 times within 1500 ms.',
    attempts: 3,
    retryable: true,
  })
  expect(sentAt).toHaveLength(3)
})

test('what will not pass is thrown as it is', async () => {
  const { error, sentAt } = await timed([refused, 'never'])
  expect(error).toBe(refused)
  expect(sentAt).toEqual([0])
})

test('an error that is not of a model is thrown as it is', async () => {
  const bug = new TypeError('bug')
  expect((await timed([bug, 'never'])).error).toBe(bug)
})

test('the counter of the prediction bounds the attempts', async () => {
  const attempts = attemptCounter(3)
  attempts.take()
  attempts.take()
  const { sentAt, error } = await timed(() => busy, {}, { attempts })
  expect(sentAt).toHaveLength(2)
  expect(attempts.used).toBe(3)
  expect(error?.attempts).toBe(2)
})

test('what was never sent takes no attempt', async () => {
  const unsent = new ModelError('model/timeout', 'waited too long', { model: 'm', attempts: 0 })
  const attempts = attemptCounter(2)
  attempts.take()
  const { response } = await timed([unsent, busy, 'fine'], {}, { attempts })
  expect(response?.usage.attempts).toBe(2)
  expect(attempts.used).toBe(2)
})

test('nested retries add up and do not multiply', async () => {
  const clock = testClock()
  const inner = scriptedModel(() => busy)
  const model = retried(retried(inner, { clock, attempts: 3 }), { clock, attempts: 4 })
  const failure = model.generate(request).catch((error: ModelError) => error)
  await clock.advance(1_000_000)
  expect(inner.calls).toHaveLength(4)
  expect(await failure).toMatchObject({ attempts: 4 })
})

test('an abort ends a wait at once', async () => {
  const clock = testClock()
  const controller = new AbortController()
  const inner = scriptedModel(() => busy)
  const failure = retried(inner, { clock, random: longest })
    .generate({ ...request, signal: controller.signal })
    .catch(error => error)
  await clock.advance(10)
  controller.abort()
  expect(await failure).toBe(controller.signal.reason)
  expect(inner.calls).toHaveLength(1)
  expect(clock.sleeping).toEqual([])
})

const told = async (events: AsyncIterable<ModelEvent>) => {
  const seen: ModelEvent[] = []
  let error: unknown
  try {
    for await (const event of events) seen.push(event)
  } catch (reason) {
    error = reason
  }
  return { seen, error }
}

test('a stream that fails before it tells anything is begun again', async () => {
  const model = retried(scriptedModel([busy, busy, 'fine']), { baseDelayMs: 0 })
  const { seen, error } = await told(model.stream(request))
  expect(error).toBeUndefined()
  expect(seen.map(event => (event.type === 'usage' ? event.usage.attempts : event.type))).toEqual([
    2,
    'text',
    1,
    'finish',
  ])
})

test('a stream that fails after it told something fails', async () => {
  const inner = scriptedModel([busy, { text: 'half', error: busy }, 'never'])
  const { seen, error } = await told(retried(inner, { baseDelayMs: 0 }).stream(request))
  expect(seen.map(({ type }) => type)).toEqual(['usage', 'text'])
  expect(error).toMatchObject({ code: 'model/server', attempts: 2 })
  expect(inner.calls).toHaveLength(2)
})

test('whatever fails, no more is sent than allowed and usage tells what was sent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(busy, refused, wait(50), wait(1e9)), { maxLength: 8 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      async (faults, attempts, limit) => {
        const counter = attemptCounter(limit)
        counter.take()
        const { response, error, sentAt } = await timed([...faults, 'fine'], { attempts }, { attempts: counter })
        expect(sentAt.length).toBeLessThanOrEqual(Math.min(attempts, limit))
        expect(counter.used).toBe(sentAt.length)
        expect(response?.usage.attempts ?? error?.attempts ?? 1).toBe(sentAt.length)
      },
    ),
    { numRuns: 60 },
  )
})
