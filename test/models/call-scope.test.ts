import { describe, expect, test } from 'vitest'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { failure } from './failure.ts'
import { completion, delta, eventStream, modelAnswering, readAll, request } from './openai-answering.ts'

describe('the end of a call', () => {
  const never = (_: string, init: RequestInit) =>
    new Promise<Response>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })

  test('the deadline of the model is a timeout', async () => {
    const clock = testClock()
    const answer = failure(openaiCompatible({ model: 'm', fetch: never, deadlineMs: 50, clock }).generate(request))
    await clock.advance(50)
    expect(await answer).toMatchObject({ code: 'model/timeout', retryable: true })
    expect(clock.sleeping).toEqual([])
  })

  test.each([
    [10, 50, 10],
    [50, 10, 10],
    [300_000, undefined, 300_000],
    [undefined, undefined, 120_000],
  ])('a deadline of %s for the request and of %s for the model is one of %d', async (ofRequest, ofModel, ms) => {
    const clock = testClock()
    const model = openaiCompatible({ model: 'm', fetch: never, clock, ...(ofModel ? { deadlineMs: ofModel } : {}) })
    const answer = failure(model.generate({ ...request, ...(ofRequest ? { deadlineMs: ofRequest } : {}) }))
    await clock.advance(ms)
    expect((await answer).message).toContain(`within ${ms} ms`)
  })

  test('the deadline covers a body that stops, and a fetch that does not heed its signal', async () => {
    const clock = testClock()
    let cancelled = false
    const body = () =>
      new ReadableStream({
        start: controller => controller.enqueue(new TextEncoder().encode('{')),
        cancel: () => {
          cancelled = true
        },
      })
    const { model } = modelAnswering(() => new Response(body()), { deadlineMs: 50, clock })
    const answer = failure(model.generate(request))
    await clock.advance(50)
    expect(await answer).toMatchObject({ code: 'model/timeout' })
    expect(cancelled).toBe(true)
  })

  test('an abort rejects with its reason', async () => {
    const controller = new AbortController()
    const answer = failure(
      openaiCompatible({ model: 'm', fetch: never }).generate({ ...request, signal: controller.signal }),
    )
    controller.abort()
    expect(await answer).toBe(controller.signal.reason)
  })

  test('an aborted request is not sent', async () => {
    const { model, sent } = modelAnswering(completion)
    expect(await failure(model.generate({ ...request, signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    })
    expect(sent).toEqual([])
  })

  test('an answer leaves no timer behind', async () => {
    const clock = testClock()
    const { model } = modelAnswering(completion, { clock })
    await model.generate(request)
    await readAll(model.stream(request))
    expect(clock.sleeping).toEqual([])
  })

  test('a stream that is left cancels its body and its timer', async () => {
    const clock = testClock()
    let cancelled = false
    const body = () =>
      new ReadableStream({
        start: controller => controller.enqueue(new TextEncoder().encode(eventStream(delta({ content: 'Pa' })))),
        cancel: () => {
          cancelled = true
        },
      })
    const { model } = modelAnswering(() => new Response(body()), { clock })
    for await (const event of model.stream(request)) {
      expect(event).toEqual({ type: 'text', index: 0, delta: 'Pa' })
      break
    }
    expect(cancelled).toBe(true)
    expect(clock.sleeping).toEqual([])
  })

  /** A body whose pieces come at their milliseconds; it never ends. */
  const bodyAt = (clock: ReturnType<typeof testClock>, pieces: Record<number, string>) => {
    const state = { cancelled: false }
    const body = () =>
      new ReadableStream({
        start: async controller => {
          for (const [at, piece] of Object.entries(pieces)) {
            if (Number(at) > clock.now()) await clock.sleep(Number(at) - clock.now())
            controller.enqueue(new TextEncoder().encode(piece))
          }
        },
        cancel: () => {
          state.cancelled = true
        },
      })
    return { body, state }
  }

  test('a body that falls silent is a timeout, however long the deadline is', async () => {
    const clock = testClock()
    const { body, state } = bodyAt(clock, { 0: '{', 40: '"choices":', 80: '[' })
    const { model } = modelAnswering(() => new Response(body()), { silenceMs: 50, deadlineMs: 10_000, clock })
    const answer = failure(model.generate(request))
    await clock.advance(129)
    expect(state.cancelled).toBe(false)
    await clock.advance(1)
    expect(await answer).toMatchObject({
      code: 'model/timeout',
      message: 'openai/m at https://api.openai.com began to answer and sent nothing for 50 ms. Try again.',
    })
    expect(state.cancelled).toBe(true)
    expect(clock.sleeping).toEqual([])
  })

  test('a stream that falls silent is a timeout, one that goes on or is read slowly is not', async () => {
    const clock = testClock()
    const pieces = {
      0: eventStream(delta({ content: 'Pa' })),
      45: ': still here\n\n',
      90: eventStream(delta({ content: 'ris' })),
    }
    const { body } = bodyAt(clock, pieces)
    const { model } = modelAnswering(() => new Response(body()), { silenceMs: 50, deadlineMs: 10_000, clock })
    const events = model.stream(request)[Symbol.asyncIterator]()
    expect((await events.next()).value).toMatchObject({ delta: 'Pa' })
    await clock.advance(500)
    expect((await events.next()).value).toMatchObject({ delta: 'ris' })
    const end = failure(events.next())
    await clock.advance(49)
    expect(clock.sleeping).not.toEqual([])
    await clock.advance(1)
    expect(await end).toMatchObject({ code: 'model/timeout' })
    expect(clock.sleeping).toEqual([])
  })

  test('the time before the first byte is no silence', async () => {
    const clock = testClock()
    const slow = async () => {
      await clock.sleep(500)
      return Response.json(completion)
    }
    const { model } = modelAnswering(slow, { silenceMs: 50, clock })
    const answer = model.generate(request)
    await clock.advance(500)
    expect((await answer).completions[0].text).toBe('Paris')
    expect(clock.sleeping).toEqual([])
  })
})
