import { describe, expect, test } from 'vitest'
import { RuntimeError } from '../../../src/errors/runtime-error.ts'
import type { LocalModelEvent } from '../../../src/inference/backend-config.ts'
import type { LocalModel } from '../../../src/inference/local-model.ts'
import { type ModelPoolOptions, modelPool } from '../../../src/inference/pool/model-pool.ts'
import type { LanguageModel, ModelRequest } from '../../../src/ports/language-model.ts'
import { testClock } from '../../../src/testing/test-clock.ts'
import { describeDecorator } from '../../contracts/scripted-behaviors.ts'
import { type ScriptedLocalOptions, scriptedLocals } from './scripted-local-model.ts'

/** A model as one that has to be loaded. */
const asLocal = (model: LanguageModel): LocalModel => ({
  ...model,
  identity: async () => (await model.identity?.()) ?? '0'.repeat(64),
  load: async () => ({
    ...{ bytes: 1, window: 100, batches: true },
    backend: { kind: 'cpu', threads: 1, weights: 'fp32', reasons: [] },
  }),
  close: async () => {},
})

describeDecorator('modelPool', model => modelPool({ start: () => asLocal(model) }))
describeDecorator('modelPool of two', model => modelPool({ start: () => asLocal(model), instances: 2, concurrency: 1 }))

const pooled = (options: Partial<ModelPoolOptions> = {}, script: Partial<ScriptedLocalOptions> = {}) => {
  const clock = testClock()
  const locals = scriptedLocals({ clock, ...script })
  const events: LocalModelEvent[] = []
  const pool = modelPool({ start: locals.start, clock, onEvent: event => events.push(event), ...options })
  return { clock, locals, events, pool }
}

const ask = (text: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [
    { role: 'system', content: 'Answer.' },
    { role: 'user', content: text },
  ],
  ...more,
})

const ended = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    error => (error.name === 'AbortError' ? error.name : error.code),
  )

describe('modelPool', () => {
  test('loads once, before or with the first call, and tells what it takes', async () => {
    const { clock, locals, pool } = pooled()
    expect(pool.state).toEqual({ waiting: 0, running: 0, ready: 0, loading: 0, bytes: 0 })
    const loading = Promise.all([pool.warmUp(), pool.load(), pool.generate(ask('a'))])
    expect(pool.state).toMatchObject({ waiting: 1, running: 0, loading: 1 })
    await clock.advance(200)
    expect((await loading)[0]).toMatchObject({ bytes: 100 })
    expect(pool.state).toEqual({ waiting: 0, running: 0, ready: 1, loading: 0, bytes: 100 })
    await pool.unload()
    expect(pool.state).toEqual({ waiting: 0, running: 0, ready: 0, loading: 0, bytes: 0 })
    expect([...locals.loaded]).toEqual([])
    const again = pool.generate(ask('b'))
    await clock.advance(200)
    expect((await again).completions[0].text).toBe('answer to b')
  })

  test('calls wait by priority, then in order of arrival', async () => {
    const { clock, locals, pool } = pooled()
    const calls = [
      ['a', 1],
      ['b', 1],
      ['urgent', 0],
      ['c', 1],
      ['late', 2],
    ] as const
    const answers = calls.map(([text, priority]) => pool.generate(ask(text, { priority })))
    await clock.advance(1000)
    await Promise.all(answers)
    expect(locals.begun.map(({ text }) => text)).toEqual(['urgent', 'a', 'b', 'c', 'late'])
  })

  test('a second instance is started when calls wait, and memory allows', async () => {
    for (const [more, most] of [
      [{}, 2],
      [{ maxBytes: 199 }, 1],
      [{ instances: 1 }, 1],
      [{ hardware: { isMemoryShort: async () => true } }, 1],
    ] as const) {
      const { clock, locals, pool } = pooled({ instances: 2, ...more })
      await Promise.all([pool.warmUp(), clock.advance(10)])
      const calls = ['a', 'b', 'c', 'd', 'e'].map(text => pool.generate(ask(text)))
      await clock.advance(2000)
      await Promise.all(calls)
      expect(new Set(locals.begun.map(({ instance }) => instance)).size).toBe(most)
    }
  })

  test('an instance that computes side by side takes many calls, another one at a time', async () => {
    for (const [batches, most] of [
      [true, 3],
      [false, 1],
    ] as const) {
      const { clock, pool } = pooled({ concurrency: 3 }, { facts: { batches } })
      const calls = ['a', 'b', 'c', 'd', 'e'].map(text => pool.generate(ask(text)))
      await clock.advance(20)
      expect(pool.state).toMatchObject({ running: most, waiting: 5 - most })
      await clock.advance(1000)
      await Promise.all(calls)
    }
  })

  test('a call goes to the instance that has computed its beginning', async () => {
    const { clock, locals, pool } = pooled({ instances: 2, concurrency: 2 }, { facts: { batches: true } })
    const about = (topic: string, text: string): ModelRequest => ({
      messages: [{ role: 'system', content: topic }, ...ask(text).messages.slice(1)],
      sharedMessages: 1,
    })
    const first = ['x', 'x', 'y', 'y', 'x', 'y'].map((topic, at) => pool.generate(about(topic, `${topic}${at}`)))
    await clock.advance(5000)
    await Promise.all(first)
    locals.begun.length = 0
    for (const topic of ['y', 'x', 'y', 'x']) {
      const call = pool.generate(about(topic, topic))
      await clock.advance(1000)
      await call
    }
    const homes = locals.begun.map(({ text, instance }) => `${text}${instance}`)
    expect(homes[0]).toBe(homes[2])
    expect(homes[1]).toBe(homes[3])
  })

  test('too many waiting calls are refused, and told how many', async () => {
    const { clock, pool } = pooled({ maxWaiting: 2 })
    const calls = ['a', 'b', 'c'].map(text => ended(pool.generate(ask(text))))
    await expect(pool.generate(ask('d'))).rejects.toThrow(/2 calls wait for local\/scripted, and no more are taken/)
    await clock.advance(1000)
    expect(await Promise.all(calls)).toEqual(['answered', 'answered', 'model/rate-limit'])
  })

  test('a deadline covers the load and the wait; an abort ends a call wherever it is', async () => {
    const { clock, locals, pool } = pooled({}, { loadMs: 50 })
    const controller = new AbortController()
    const calls = [
      pool.generate(ask('a', { deadlineMs: 20 })),
      pool.generate(ask('b')),
      pool.generate(ask('c', { deadlineMs: 120 })),
      pool.generate(ask('d', { signal: controller.signal })),
    ].map(ended)
    await clock.advance(60)
    controller.abort()
    await clock.advance(1000)
    expect(await Promise.all(calls)).toEqual(['model/timeout', 'answered', 'model/timeout', 'AbortError'])
    expect(locals.begun.map(({ text }) => text)).toEqual(['b'])
    expect(clock.sleeping).toEqual([])
  })

  test('a load that fails is told to all who wait, and tried again by the next call', async () => {
    let loads = 0
    const load = () => {
      loads += 1
      if (loads === 1) throw new RuntimeError('runtime/model-files', 'No files.')
    }
    const { clock, pool } = pooled({}, { load })
    const calls = [pool.generate(ask('a')), pool.warmUp(), pool.generate(ask('b'))].map(ended)
    await clock.advance(100)
    expect(await Promise.all(calls)).toEqual(Array(3).fill('runtime/model-files'))
    const again = ended(pool.generate(ask('c')))
    await clock.advance(500)
    expect(await again).toBe('answered')
  })

  test('a second instance that cannot be loaded is told as an event, and the first goes on', async () => {
    const load = (instance: number) => {
      if (instance > 0) throw new RuntimeError('runtime/out-of-memory', 'Too large.')
    }
    const { clock, events, pool } = pooled({ instances: 2 }, { load })
    await Promise.all([pool.warmUp(), clock.advance(10)])
    const calls = ['a', 'b', 'c'].map(text => ended(pool.generate(ask(text))))
    await clock.advance(1000)
    expect(await Promise.all(calls)).toEqual(['answered', 'answered', 'answered'])
    expect(events).toEqual([
      {
        ...{ type: 'degraded', from: '2 instances', to: 'one instance' },
        reason: 'another could not be loaded: Too large.',
      },
    ])
  })

  test('where memory gets short, an instance without calls is given back', async () => {
    let isShort = false
    const { clock, events, pool } = pooled({ instances: 2, hardware: { isMemoryShort: async () => isShort } })
    await Promise.all([pool.warmUp(), clock.advance(10)])
    const calls = ['a', 'b', 'c', 'd'].map(text => pool.generate(ask(text)))
    await clock.advance(1000)
    await Promise.all(calls)
    expect(pool.state.ready).toBe(2)
    isShort = true
    const call = pool.generate(ask('e'))
    await clock.advance(1000)
    await call
    expect(pool.state).toMatchObject({ ready: 1, bytes: 100 })
    expect(events).toMatchObject([{ type: 'degraded', to: 'one instance', reason: 'memory is short' }])
  })

  test('the calls of an instance that breaks off are tried again in a new one, and count as attempts', async () => {
    const { clock, locals, pool } = pooled({}, { facts: { batches: true } })
    const calls = ['a', 'b'].map(text => pool.generate(ask(text)))
    await clock.advance(50)
    locals.crash(0)
    await clock.advance(1000)
    const answers = await Promise.all(calls)
    expect(answers.map(({ usage }) => usage.attempts)).toEqual([2, 2])
    expect(locals.begun.map(({ text, instance }) => `${text}${instance}`)).toEqual(['a0', 'b0', 'a1', 'b1'])
    expect([...locals.loaded]).toEqual([1])
  })

  test('a call that breaks every instance fails, and those beside it are answered', async () => {
    const answer = ({ messages }: ModelRequest) => {
      if (messages.at(-1)?.content === 'poison') throw new RuntimeError('runtime/failed', 'Not a number.')
    }
    const { clock, pool } = pooled({}, { facts: { batches: true }, answer })
    const calls = ['a', 'poison', 'b'].map(text => ended(pool.generate(ask(text))))
    await clock.advance(2000)
    expect(await Promise.all(calls)).toEqual(['answered', 'runtime/failed', 'answered'])
  })

  test('what was told is not told again: a stream that had begun fails, another is tried again', async () => {
    const { clock, locals, pool } = pooled({}, { facts: { batches: true } })
    const seen: string[] = []
    const reading = (async () => {
      for await (const event of pool.stream(ask('a'))) seen.push(event.type)
    })()
    const failing = ended(reading)
    await clock.advance(50)
    locals.crash(0)
    await clock.advance(1000)
    expect(await failing).toBe('runtime/failed')
    expect(seen).toEqual(['text'])
    expect(pool.state.running).toBe(0)
  })

  test('a stream that is left, or whose caller aborts and never asks again, gives its place back', async () => {
    const { clock, pool } = pooled()
    const controller = new AbortController()
    const events = pool.stream(ask('a', { signal: controller.signal }))[Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(20)
    expect((await first).done).toBe(false)
    expect(pool.state.running).toBe(1)
    controller.abort()
    expect(pool.state.running).toBe(0)
    for await (const _ of pool.stream(ask('b'))) break
    expect(pool.state).toMatchObject({ running: 0, waiting: 0 })
  })

  test('unload ends every call with an AbortError', async () => {
    const { clock, locals, pool } = pooled()
    const calls = ['a', 'b', 'c'].map(text => ended(pool.generate(ask(text))))
    await clock.advance(50)
    await pool.unload()
    expect(await Promise.all(calls)).toEqual(['AbortError', 'AbortError', 'AbortError'])
    const loading = ended(pool.load())
    await pool.close()
    expect(await loading).toBe('AbortError')
    await clock.advance(1000)
    expect([locals.open.size, locals.loaded.size, clock.sleeping.length]).toEqual([0, 0, 0])
  })

  test.each(['instances', 'maxWaiting', 'concurrency'])('a bound of 0 %s is refused', option => {
    expect(() => pooled({ [option]: 0 })).toThrow(`Expected ${option} to be a whole number above 0`)
  })
})
