import { describe, expect, test } from 'vitest'
import { RuntimeError } from '../../src/errors/runtime-error.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { modelOver, type NetworkScript } from './scripted-network.ts'

/** A model of which everything takes its time, by a clock that stands still until it is moved. */
const timed = ({
  loadMs = 0,
  stepMs = 0,
  ...script
}: Partial<NetworkScript> & { loadMs?: number; stepMs?: number } = {}) => {
  const clock = testClock()
  const pause = (ms: number) => (ms === 0 ? Promise.resolve() : clock.sleep(ms))
  const { model, networks, loads } = modelOver(
    { load: () => pause(loadMs), step: () => pause(stepMs), ...script },
    { clock },
  )
  const steps = () => networks.flatMap(({ steps }) => steps)
  const asked = () => networks.flatMap(({ asked }) => asked)
  return { clock, model, loads, steps, asked }
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
    ['all completions together', { stepMs: 30 }, { n: 3 }],
  ])('covers %s', async (_, times, rest) => {
    const { clock, model } = timed(times)
    const fate = fateOf(call(model, ask('q', { deadlineMs: 100, ...rest })))
    await clock.advance(99)
    expect(fate).toEqual({})
    await clock.advance(1)
    expect(fate.error).toMatchObject(late)
  })

  test('covers the place in the queue', async () => {
    const { clock, model, asked } = timed({ stepMs: 10, branches: false })
    const first = fateOf(call(model, ask('first')))
    const second = fateOf(call(model, ask('second', { deadlineMs: answerMs - 1 })))
    await clock.advance(answerMs)
    expect(first).toHaveProperty('value')
    expect(second.error).toMatchObject(late)
    expect(asked()).toEqual(['user:first;>'])
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
    const { clock, model, loads, asked } = timed({ loadMs: 100 })
    const controller = new AbortController()
    const left = fateOf(call(model, ask('left', { signal: controller.signal })))
    await clock.advance(50)
    controller.abort()
    await clock.advance(0)
    expect(left.error).toBe(controller.signal.reason)
    const next = fateOf(call(model, ask('next')))
    await clock.advance(50)
    expect(next).toHaveProperty('value')
    expect([loads(), asked()]).toEqual([1, ['user:next;>']])
  })

  test('is heeded at once in the queue, and the call never runs', async () => {
    const { clock, model, asked } = timed({ stepMs: 10, branches: false })
    const controller = new AbortController()
    const first = fateOf(call(model, ask('first')))
    const left = fateOf(call(model, ask('left', { signal: controller.signal })))
    await clock.advance(5)
    controller.abort()
    await clock.advance(0)
    expect(left.error).toBe(controller.signal.reason)
    await clock.advance(answerMs)
    expect(first).toHaveProperty('value')
    expect(asked()).toEqual(['user:first;>'])
  })

  test('is heeded at once in the middle of a token, and the device is free after it', async () => {
    const { clock, model, asked } = timed({ stepMs: 10, branches: false })
    const controller = new AbortController()
    const left = fateOf(call(model, ask('left', { signal: controller.signal })))
    const next = fateOf(call(model, ask('next')))
    await clock.advance(15)
    controller.abort()
    await clock.advance(0)
    expect(left.error).toBe(controller.signal.reason)
    expect(asked()).toEqual(['user:left;>'])
    await clock.advance(5 + 10)
    expect(asked()).toEqual(['user:left;>', 'user:next;>'])
    await clock.advance(answerMs)
    expect(next).toHaveProperty('value')
  })

  test('ends all its completions', async () => {
    const { clock, model, steps } = timed({ stepMs: 10 })
    const controller = new AbortController()
    const left = fateOf(call(model, ask('left', { signal: controller.signal, n: 3 })))
    await clock.advance(15)
    controller.abort()
    await clock.advance(100)
    expect(left.error).toBe(controller.signal.reason)
    expect(steps()).toHaveLength(2)
  })
})

describe('loading', () => {
  test('happens once for calls that come together', async () => {
    const { clock, model, loads } = timed({ loadMs: 10 })
    const calls = Promise.all([1, 2, 3].map(seed => model.generate(ask('q', { seed }))))
    await clock.advance(10)
    await calls
    expect(loads()).toBe(1)
  })

  test('is tried again by the call after one that failed', async () => {
    const { model, loads } = timed({
      load: async index => {
        if (index === 0) throw new RuntimeError('runtime/model-files', 'No onnx/model.onnx.')
      },
    })
    await expect(model.generate(ask('q'))).rejects.toMatchObject({ code: 'runtime/model-files' })
    expect(await textsOf(model, ask('q'))).toEqual(['yes'])
    expect(loads()).toBe(2)
  })

  test('ahead of the first call tells what was loaded, and is the load of that call', async () => {
    const { model, loads } = timed()
    expect(await model.load()).toMatchObject({ window: 4096, batches: true })
    await model.generate(ask('q'))
    expect(loads()).toBe(1)
  })
})

describe('closing', () => {
  test('aborts the calls under way and gives the memory back; the next call loads anew', async () => {
    const events: string[] = []
    const { model, networks, loads } = modelOver({}, { onEvent: ({ type }) => events.push(type) })
    await model.generate(ask('q'))
    const left = fateOf(model.generate(ask('left', { n: 20 })))
    await new Promise(resolve => setTimeout(resolve, 0))
    await model.close()
    await model.close()
    expect(left.value !== undefined || (left.error as Error).name === 'AbortError').toBe(true)
    expect([networks[0]?.memories, events]).toEqual([0, ['unloaded']])
    expect(await textsOf(model, ask('q'))).toEqual(['yes'])
    expect(loads()).toBe(2)
  })
})

describe('a network that runs out of memory', () => {
  const full = (steps: number) => ({
    step: async (index: number) => {
      if (index < steps) throw new RuntimeError('runtime/out-of-memory', 'std::bad_alloc')
    },
  })

  test('is loaded again with less, for all who were asked, and says so', async () => {
    const events: unknown[] = []
    let failures = 1
    const step = async (): Promise<void> => {
      if (failures-- > 0) throw new RuntimeError('runtime/out-of-memory', 'std::bad_alloc')
    }
    const { model, loads } = modelOver({ step }, { onEvent: event => events.push(event) })
    expect(await Promise.all([1, 2, 3].map(() => textsOf(model, ask('q'))))).toEqual([['yes'], ['yes'], ['yes']])
    expect(loads()).toBe(2)
    expect(events).toMatchObject([{ type: 'degraded', from: '0', to: '1' }, { type: 'unloaded' }])
  })

  test('fails with its error where there is no less', async () => {
    const { model, loads } = modelOver(full(9))
    await expect(model.generate(ask('q'))).rejects.toMatchObject({ code: 'runtime/out-of-memory' })
    expect(loads()).toBe(3)
  })
})

test('a lost device fails those under way, and the next call loads anew', async () => {
  let isLost = true
  const step = async (): Promise<void> => {
    if (isLost) throw new Error('The device was lost.')
  }
  const { model, loads } = modelOver({ step })
  await expect(model.generate(ask('q'))).rejects.toMatchObject({ code: 'runtime/failed' })
  isLost = false
  expect(await textsOf(model, ask('q'))).toEqual(['yes'])
  expect(loads()).toBe(2)
})

describe('the queue', () => {
  test('of a network without branches takes one call at a time, lower priority first, then by arrival', async () => {
    const { clock, model, asked } = timed({ stepMs: 1, branches: false })
    const calls = [
      ['a', 0],
      ['b', 1],
      ['c', 0],
      ['d', -1],
    ] as const
    const answers = Promise.all(calls.map(([content, priority]) => model.generate(ask(content, { priority }))))
    await clock.advance(100)
    await answers
    expect(asked()).toEqual(['user:d;>', 'user:a;>', 'user:c;>', 'user:b;>'])
  })

  test('of one with branches computes calls side by side', async () => {
    const { clock, model, steps } = timed({ stepMs: 10 })
    const calls = Promise.all(['a', 'b', 'c'].map(content => model.generate(ask(content))))
    await clock.advance(1000)
    await calls
    expect(steps().length).toBeLessThanOrEqual(3 + 4)
  })

  test('goes on when a stream is left', async () => {
    const { model, steps } = timed({ answer: () => 'a long answer' })
    for await (const event of model.stream(ask('q'))) {
      expect(event).toMatchObject({ type: 'text', index: 0 })
      break
    }
    const before = steps().length
    expect(await textsOf(model, ask('next', { maxTokens: 6 }))).toEqual(['a long'])
    expect(steps().length - before).toBeLessThanOrEqual(6 + 2)
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
    const { model, asked } = timed({ window: 8 })
    await expect(model.generate(ask('q'))).rejects.toMatchObject({ code: 'model/context-window' })
    expect(asked()).toEqual([])
  })

  test.each<[string, Partial<ModelRequest>]>([
    ['tools', { tools: [{ name: 't', parameters: {} }] }],
    ['a grammar', { grammar: 'start: "a"' }],
    ['images', { messages: [{ role: 'user', content: [{ type: 'image', url: 'data:' }] }] }],
  ])('to %s is refused before anything is loaded', async (_, rest) => {
    const { model, loads } = modelOver({}, { tools: false })
    await expect(model.generate(ask('q', rest))).rejects.toMatchObject({ code: 'model/unsupported' })
    expect(loads()).toBe(0)
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
