import { describe, expect, test } from 'vitest'
import { transformersModel } from '../../src/inference/transformers-model.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { type RuntimeScript, scriptedRuntime } from './scripted-runtime.ts'

/** A model of which everything takes its time, by a clock that stands still until it is moved. */
const timed = ({
  loadMs = 0,
  stepMs = 0,
  ...script
}: Partial<RuntimeScript> & { loadMs?: number; stepMs?: number }) => {
  const clock = testClock()
  const pause = (ms: number) => (ms === 0 ? Promise.resolve() : clock.sleep(ms))
  const runtime = scriptedRuntime({
    answer: () => 'yes',
    load: () => pause(loadMs),
    step: () => pause(stepMs),
    ...script,
  })
  const model = transformersModel({ id: 'local/test', source: 'test', runtime: async () => runtime, clock })
  return { clock, runtime, model }
}

const ask = (content: string, rest: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [{ role: 'user', content }],
  ...rest,
})

const textsOf = async (model: LanguageModel, request: ModelRequest) =>
  (await model.generate(request)).completions.map(({ text }) => text)

const eventsOf = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

const answerOf = (events: readonly ModelEvent[]) => {
  const builder = responseBuilder()
  for (const event of events) builder.add(event)
  return builder.response()
}

/** Both ways to ask. */
const ways: [string, (model: LanguageModel, request: ModelRequest) => Promise<unknown>][] = [
  ['generate', (model, request) => model.generate(request)],
  ['stream', (model, request) => eventsOf(model.stream(request))],
]

/** What became of a promise so far. */
const fateOf = (promise: Promise<unknown>) => {
  const fate: { value?: unknown; error?: unknown } = {}
  promise.then(
    value => Object.assign(fate, { value }),
    error => Object.assign(fate, { error }),
  )
  return fate
}

const late = { code: 'model/timeout', retryable: true }
/** Three letters and the end, in steps of 10 ms. */
const answerMs = 40

describe.each(ways)('the deadline of %s', (_, call) => {
  test.each([
    ['loading', { loadMs: 1000 }, {}],
    ['the answer', { stepMs: 30 }, {}],
    ['loading and the answer together', { loadMs: 70, stepMs: 10 }, {}],
    ['all completions together', { stepMs: 10 }, { n: 3 }],
  ])('covers %s', async (_, times, rest) => {
    const { clock, model } = timed(times)
    const fate = fateOf(call(model, ask('q', { deadlineMs: 100, ...rest })))
    await clock.advance(99)
    expect(fate).toEqual({})
    await clock.advance(1)
    expect(fate.error).toMatchObject(late)
  })

  test('covers the place in the queue', async () => {
    const { clock, model, runtime } = timed({ stepMs: 10 })
    const first = fateOf(call(model, ask('first')))
    const second = fateOf(call(model, ask('second', { deadlineMs: answerMs - 1 })))
    await clock.advance(answerMs)
    expect(first).toHaveProperty('value')
    expect(second.error).toMatchObject(late)
    expect(runtime.generations).toBe(1)
  })

  test('leaves no timer behind', async () => {
    const { clock, model } = timed({})
    await call(model, ask('q', { deadlineMs: 1000 }))
    await call(model, ask('q', { deadlineMs: 1000, maxTokens: 1, n: 2 }))
    await clock.advance(0)
    expect(clock.sleeping).toEqual([])
  })
})

describe.each(ways)('an abort of %s', (_, call) => {
  test('is heeded at once while the model loads, and the load goes on for the next call', async () => {
    const { clock, model, runtime } = timed({ loadMs: 100 })
    const controller = new AbortController()
    const left = fateOf(call(model, ask('left', { signal: controller.signal })))
    await clock.advance(50)
    controller.abort()
    await clock.advance(0)
    expect(left.error).toBe(controller.signal.reason)
    const next = fateOf(call(model, ask('next')))
    await clock.advance(50)
    expect(next).toHaveProperty('value')
    expect([runtime.loadedWith.length, runtime.generations]).toEqual([1, 1])
  })

  test('is heeded at once in the queue, and the call never runs', async () => {
    const { clock, model, runtime } = timed({ stepMs: 10 })
    const controller = new AbortController()
    const first = fateOf(call(model, ask('first')))
    const left = fateOf(call(model, ask('left', { signal: controller.signal })))
    await clock.advance(5)
    controller.abort()
    await clock.advance(0)
    expect(left.error).toBe(controller.signal.reason)
    await clock.advance(answerMs)
    expect(first).toHaveProperty('value')
    expect(runtime.generations).toBe(1)
  })

  test('is heeded at once in the middle of a token, and the device is free after it', async () => {
    const { clock, model, runtime } = timed({ stepMs: 10 })
    const controller = new AbortController()
    const left = fateOf(call(model, ask('left', { signal: controller.signal })))
    const next = fateOf(call(model, ask('next')))
    await clock.advance(15)
    controller.abort()
    await clock.advance(0)
    expect(left.error).toBe(controller.signal.reason)
    expect(runtime.generations).toBe(1)
    await clock.advance(5)
    expect(runtime.generations).toBe(2)
    await clock.advance(answerMs)
    expect(next).toHaveProperty('value')
    expect([runtime.steps.length, runtime.busiest]).toEqual([2 + 4, 1])
  })

  test('between two completions draws no more', async () => {
    const { clock, model, runtime } = timed({ stepMs: 10 })
    const controller = new AbortController()
    const left = fateOf(call(model, ask('left', { signal: controller.signal, n: 3 })))
    await clock.advance(answerMs + 5)
    controller.abort()
    await clock.advance(100)
    expect(left.error).toBe(controller.signal.reason)
    expect(runtime.generations).toBe(2)
  })
})

describe('loading', () => {
  test('happens once for calls that come together', async () => {
    const { clock, model, runtime } = timed({ loadMs: 10 })
    const calls = Promise.all([1, 2, 3].map(seed => model.generate(ask('q', { seed }))))
    await clock.advance(10)
    await calls
    expect(runtime.loadedWith).toHaveLength(1)
  })

  test('is tried again by the call after one that failed', async () => {
    const { model, runtime } = timed({
      load: async index => {
        if (index === 0) throw new Error('Could not locate file: onnx/model.onnx.\nmore')
      },
    })
    await expect(model.generate(ask('q'))).rejects.toMatchObject({
      code: 'runtime/model-files',
      message: expect.stringContaining('Could not locate file: onnx/model.onnx.'),
    })
    expect(await textsOf(model, ask('q'))).toEqual(['yes'])
    expect(runtime.loadedWith).toHaveLength(2)
  })

  test.each([
    ['std::bad_alloc', 'runtime/out-of-memory'],
    ['no available backend found', 'runtime/no-backend'],
    ['Unexpected token in config.json', 'runtime/model-files'],
  ])('that fails with "%s" is %s', async (message, code) => {
    const { model } = timed({ load: () => Promise.reject(new Error(message)) })
    await expect(model.generate(ask('q'))).rejects.toMatchObject({ code })
  })

  test('without the library is runtime/no-backend', async () => {
    const model = transformersModel({
      id: 'local/test',
      source: 'test',
      runtime: () => Promise.reject(new Error('Cannot find package')),
    })
    await expect(model.generate(ask('q'))).rejects.toMatchObject({
      code: 'runtime/no-backend',
      tried: [{ name: '@huggingface/transformers', reason: 'Cannot find package' }],
    })
  })
})

describe('the queue', () => {
  test('takes one call at a time, lower priority first, then by arrival', async () => {
    const order: string[] = []
    const { clock, model, runtime } = timed({
      stepMs: 1,
      answer: prompt => {
        order.push(prompt)
        return 'x'
      },
    })
    const calls = [
      ['a', 0],
      ['b', 1],
      ['c', 0],
      ['d', -1],
    ] as const
    const answers = Promise.all(calls.map(([content, priority]) => model.generate(ask(content, { priority }))))
    await clock.advance(100)
    await answers
    expect(order).toEqual(['user:a;>', 'user:d;>', 'user:c;>', 'user:b;>'])
    expect(runtime.busiest).toBe(1)
  })

  test('goes on when a stream is left', async () => {
    const { model, runtime } = timed({ answer: () => 'a long answer' })
    for await (const event of model.stream(ask('q'))) {
      expect(event).toMatchObject({ type: 'text', index: 0 })
      break
    }
    const before = runtime.steps.length
    expect(await textsOf(model, ask('next', { maxTokens: 6 }))).toEqual(['a long'])
    expect(runtime.steps.length - before).toBeLessThanOrEqual(6 + 1)
  })
})

describe('an answer', () => {
  test.each([
    ['Paris 🗼!', {}, 'Paris 🗼!', 'stop'],
    ['Paris 🗼!', { maxTokens: 3 }, 'Par', 'length'],
    ['Paris, Texas', { stop: [', T'] }, 'Paris', 'stop'],
    ['Paris, Texas', { stop: ['xas', 's'] }, 'Pari', 'stop'],
    ['<b>Paris', {}, '<b>Paris', 'stop'],
    ['', {}, '', 'stop'],
  ] as const)('%j with %j is %j (%s), told in pieces too', async (answer, rest, text, finishReason) => {
    const { model } = timed({ answer: () => answer })
    const whole = await model.generate(ask('q', rest))
    expect(whole.completions).toEqual([{ text, finishReason }])
    expect(answerOf(await eventsOf(model.stream(ask('q', rest))))).toEqual(whole)
  })

  test.each([
    ['<think>\nFrance.\n</think>\n\nParis', { reasoning: 'France.', text: 'Paris' }],
    [' <think></think>Paris', { text: 'Paris' }],
    ['<think>and so on', { reasoning: 'and so on', text: '' }],
  ])('%j has its thought apart, told in pieces too', async (answer, parts) => {
    const { model } = timed({ answer: () => answer })
    const whole = await model.generate(ask('q'))
    expect(whole.completions).toEqual([{ ...parts, finishReason: 'stop' }])
    expect(answerOf(await eventsOf(model.stream(ask('q'))))).toEqual(whole)
  })

  test('is told as it comes, not at its end', async () => {
    const { clock, model } = timed({ stepMs: 10 })
    const seen: ModelEvent[] = []
    const reading = (async () => {
      for await (const event of model.stream(ask('q'))) seen.push(event)
    })()
    await clock.advance(20)
    expect(seen).toEqual([
      { type: 'text', index: 0, delta: 'y' },
      { type: 'text', index: 0, delta: 'e' },
    ])
    await clock.advance(20)
    await reading
  })

  test('of several completions counts its prompt once', async () => {
    const { model } = timed({})
    const { usage } = await model.generate(ask('q', { n: 3 }))
    expect(usage).toMatchObject({ calls: 1, attempts: 1, inputTokens: 'user:q;>'.length, outputTokens: 3 * 4 })
  })

  test.each([
    [{ maxTokens: 100 }, 20 - 8],
    [{ maxTokens: 2 }, 2],
    [{}, 20 - 8],
  ])('with %j ends with the window', async (rest, tokens) => {
    const { model } = timed({ answer: () => 'x'.repeat(100), window: 20 })
    expect(await textsOf(model, ask('q', rest))).toEqual(['x'.repeat(tokens)])
  })

  test('has no room behind a prompt that fills the window', async () => {
    const { model, runtime } = timed({ window: 8 })
    await expect(model.generate(ask('q'))).rejects.toMatchObject({ code: 'model/context-window' })
    expect(runtime.generations).toBe(0)
  })

  test.each<[string, Partial<ModelRequest>]>([
    ['tools', { tools: [{ name: 't', parameters: {} }] }],
    ['a grammar', { grammar: 'start: "a"' }],
    ['images', { messages: [{ role: 'user', content: [{ type: 'image', url: 'data:' }] }] }],
  ])('to %s is refused before anything is loaded', async (_, rest) => {
    const { model, runtime } = timed({})
    await expect(model.generate(ask('q', rest))).rejects.toMatchObject({ code: 'model/unsupported' })
    expect(runtime.loadedWith).toEqual([])
  })
})

describe('a draw', () => {
  const letters = 'abcdefghijklmnop'
  const drawn = (rest: Partial<ModelRequest>) =>
    textsOf(timed({ letters }).model, ask('q', { temperature: 1, maxTokens: 20, ...rest }))

  test('is the same for the same request and seed', async () => {
    expect(await drawn({ seed: 7, n: 2 })).toEqual(await drawn({ seed: 7, n: 2 }))
  })

  test('differs by seed, rollout and completion, and not at temperature 0', async () => {
    const texts = [
      ...(await drawn({ n: 2 })),
      ...(await drawn({ seed: 7 })),
      ...(await drawn({ rolloutId: '1' })),
      ...(await drawn({ temperature: 0.5 })),
    ]
    expect(new Set(texts).size).toBe(texts.length)
    const [first, second] = await drawn({ temperature: 0, n: 2 })
    expect(second).toBe(first)
  })

  test('does not depend on what else is asked at the same time', async () => {
    const alone = await drawn({ seed: 3 })
    const { model } = timed({ letters })
    const together = await Promise.all(
      [1, 2, 3, 4].map(seed => textsOf(model, ask('q', { temperature: 1, maxTokens: 20, seed }))),
    )
    expect(together[2]).toEqual(alone)
  })

  test('tells the odds it was drawn with', async () => {
    const { model } = timed({ letters: 'ab' })
    const { completions } = await model.generate(
      ask('q', { temperature: 1, maxTokens: 1, logprobs: true, topLogprobs: 2 }),
    )
    const [token] = completions[0].logprobs ?? []
    expect(token?.logprob).toBeCloseTo(Math.log(0.5))
    expect(token?.top?.map(({ token }) => token)).toEqual(['a', 'b'])
    expect(token?.token).toBe(completions[0].text)
  })
})
