import { expect, test } from 'vitest'
import { sha256 } from '../../src/data/sha256.ts'
import { RuntimeError } from '../../src/errors/runtime-error.ts'
import { cached } from '../../src/models/cached.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'hi' }] }

const textOf = async (model: LanguageModel) => (await model.generate(request)).completions[0].text

const eventsOf = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

/** A server that says where it is and whom it serves. */
const served = (baseUrl: string, apiKey: string) =>
  retried(
    openaiCompatible({
      model: 'm',
      baseUrl,
      apiKey,
      fetch: async (url, { headers }) => {
        const content = `${new URL(url).host} for ${new Headers(Object.entries(headers ?? {})).get('authorization')}`
        return Response.json({ choices: [{ message: { content }, finish_reason: 'stop' }], usage: {} })
      },
    }),
  )

test('two servers, or two keys, with a model of one name do not answer for each other', async () => {
  const storage = memoryStorage()
  const places = [
    ['http://a/v1', 'k1'],
    ['http://b/v1', 'k1'],
    ['http://a/v1', 'k2'],
  ] as const
  const asked = () =>
    Promise.all(places.map(([url, key]) => cached(served(url, key), { storage, maxEntries: 0 }).generate(request)))
  const first = await asked()
  expect(first.map(({ completions }) => completions[0].text)).toEqual([
    'a for Bearer k1',
    'b for Bearer k1',
    'a for Bearer k2',
  ])
  const again = await asked()
  expect(again.map(({ completions }) => completions)).toEqual(first.map(({ completions }) => completions))
  expect(again.map(({ usage }) => usage.cachedCalls)).toEqual([1, 1, 1])
})

test('a model that was trained again answers anew', async () => {
  const storage = memoryStorage()
  const trained = (files: string) =>
    cached({ ...scriptedModel([files], { id: 'local/nano' }), identity: () => sha256(files) }, { storage })
  expect(await textOf(trained('before'))).toBe('before')
  expect(await textOf(trained('after'))).toBe('after')
  expect(await textOf(trained('before'))).toBe('before')
  const told = await eventsOf(trained('after').stream(request))
  expect(told).toContainEqual({ type: 'text', index: 0, delta: 'after' })
  expect(told).toContainEqual({ type: 'usage', usage: expect.objectContaining({ cachedCalls: 1 }) })
})

test('nothing of the identity can be read in the storage', async () => {
  const storage = memoryStorage()
  await cached(served('http://secret-host/v1', 'sk-secret-key'), { storage }).generate({
    messages: [{ role: 'user', content: 'other' }],
  })
  for await (const key of storage.list('')) expect(key).toMatch(/^[0-9a-f]{64}$/)
})

/** A model whose identity takes its time, by a clock, and may fail at first. */
const slowly = (failures = 0) => {
  const clock = testClock()
  const inner = scriptedModel(['fine', 'second'])
  let asked = 0
  const model: LanguageModel = {
    ...inner,
    identity: async () => {
      asked += 1
      await clock.sleep(100)
      if (asked <= failures) throw new RuntimeError('runtime/model-files', 'gone')
      return sha256('slow')
    },
  }
  return { clock, inner, model: cached(model, { clock }), asked: () => asked }
}

test('the identity is asked for once, and equal calls are one while it is found out', async () => {
  const { clock, inner, model, asked } = slowly()
  const calls = Promise.all([1, 2, 3].map(() => model.generate(request)))
  await clock.advance(100)
  expect((await calls).map(({ usage }) => usage.calls)).toEqual([1, 0, 0])
  await model.generate({ ...request, seed: 1 })
  expect([inner.calls.length, asked()]).toEqual([2, 1])
})

test('an identity that cannot be found out fails its call, and the next call asks again', async () => {
  const { clock, inner, model, asked } = slowly(1)
  const failing = model.generate(request).catch(error => error)
  await clock.advance(100)
  expect(await failing).toMatchObject({ code: 'runtime/model-files' })
  expect(inner.calls).toEqual([])
  const next = model.generate(request)
  await clock.advance(100)
  expect((await next).completions[0].text).toBe('fine')
  expect(asked()).toBe(2)
})

test('an abort or the deadline ends a call while the identity is found out', async () => {
  const { clock, inner, model } = slowly()
  const controller = new AbortController()
  const left = [
    model.generate({ ...request, signal: controller.signal }),
    eventsOf(model.stream({ ...request, signal: controller.signal })),
  ]
  const ended = Promise.all(left.map(call => call.catch(error => error)))
  const late = eventsOf(model.stream({ ...request, deadlineMs: 60 })).catch(error => error)
  await clock.advance(50)
  controller.abort()
  expect(await ended).toEqual([controller.signal.reason, controller.signal.reason])
  await clock.advance(10)
  expect(await late).toMatchObject({ code: 'model/timeout' })
  expect(inner.calls).toEqual([])
})

test('what finding out took is taken from the deadline of the call', async () => {
  const { clock, inner, model } = slowly()
  const call = model.generate({ ...request, deadlineMs: 150 })
  await clock.advance(100)
  await call
  expect(inner.calls[0]?.deadlineMs).toBe(50)
})
