import { expect, test, vi } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { StorageError } from '../../src/errors/storage-error.ts'
import { cached } from '../../src/models/cached.ts'
import { attemptCounter } from '../../src/ports/attempt-counter.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import type { Storage } from '../../src/ports/storage.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'hi' }], temperature: 1 }
const other: ModelRequest = { messages: [{ role: 'user', content: 'bye' }] }

const counting = () => scriptedModel((_, index) => `answer ${index}`)

const eventsOf = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

const textOf = async (answer: Promise<{ completions: readonly { text: string }[] }>) =>
  (await answer).completions[0]?.text

/** Until a call has reached the model: keys are made elsewhere, in time that no clock of ours tells. */
const reached = (inner: ScriptedModel, calls = 1) => vi.waitFor(() => expect(inner.calls).toHaveLength(calls), 30_000)

const keysOf = async (storage: Storage): Promise<string[]> => {
  const keys: string[] = []
  for await (const key of storage.list('')) keys.push(key)
  return keys
}

test('a second equal call is answered from the cache and tells what it once cost', async () => {
  const inner = counting()
  const model = cached(inner)
  const first = await model.generate(request)
  const second = await model.generate({ ...request })
  expect(second).toEqual({ ...first, usage: { ...noUsage, cachedCalls: 1 }, recordedUsage: first.usage })
  expect(first.usage).toMatchObject({ calls: 1, attempts: 1, cachedCalls: 0 })
  expect(inner.calls).toHaveLength(1)
})

test('what cannot change the answer is not part of the key', async () => {
  const inner = counting()
  const model = cached(inner)
  await model.generate(request)
  await model.generate({
    temperature: 1,
    messages: [{ content: 'hi', role: 'user' }],
    signal: new AbortController().signal,
    deadlineMs: 5,
    priority: 3,
    sharedMessages: 1,
    attempts: attemptCounter(2),
    n: 1,
  })
  expect(inner.calls).toHaveLength(1)
})

test.each<[string, Partial<ModelRequest>]>([
  ['messages', { messages: other.messages }],
  ['temperature', { temperature: 0 }],
  ['top p', { topP: 0.5 }],
  ['output limit', { maxTokens: 5 }],
  ['stop', { stop: ['x'] }],
  ['seed', { seed: 1 }],
  ['penalty', { presencePenalty: 1 }],
  ['tools', { tools: [{ name: 't', parameters: {} }] }],
  ['tool choice', { toolChoice: 'required' }],
  ['schema', { responseSchema: { name: 's', schema: {} } }],
  ['grammar', { grammar: 'start: "a"' }],
  ['n', { n: 2 }],
  ['logprobs', { logprobs: true }],
  ['extra', { extra: { top_k: 1 } }],
  ['rollout', { rolloutId: '1' }],
])('another %s is another answer', async (_, change) => {
  const inner = counting()
  const model = cached(inner)
  await model.generate(request)
  await model.generate({ ...request, ...change })
  expect(inner.calls).toHaveLength(2)
})

test('two models in one storage do not answer for each other', async () => {
  const storage = memoryStorage()
  await cached(scriptedModel(['from a'], { id: 'a' }), { storage }).generate(request)
  expect(await textOf(cached(scriptedModel(['from b'], { id: 'b' }), { storage }).generate(request))).toBe('from b')
})

test('an answer outlives the process in the storage, under hexadecimal digits', async () => {
  const storage = memoryStorage()
  await cached(scriptedModel(['paid for']), { storage }).generate(request)
  const again = await cached(scriptedModel([]), { storage }).generate(request)
  expect(again.completions[0].text).toBe('paid for')
  expect(again.recordedUsage).toMatchObject({ calls: 1 })
  expect(await keysOf(storage)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
})

test('everything of an answer comes back from the storage', async () => {
  const storage = memoryStorage()
  const answer = {
    completions: [
      {
        text: 'a',
        reasoning: 'b',
        finishReason: 'length',
        toolCalls: [{ id: '1', name: 't', arguments: '{' }],
        logprobs: [{ token: 'a', logprob: -1, top: [{ token: 'b', logprob: -Number.MAX_VALUE }] }],
      },
    ],
    requestId: 'r',
    modelName: 'm',
  } as const
  const first = await cached(scriptedModel([answer]), { storage }).generate(request)
  const again = await cached(scriptedModel([]), { storage }).generate(request)
  expect(again).toEqual({ ...first, usage: { ...noUsage, cachedCalls: 1 }, recordedUsage: first.usage })
})

test('the logarithm of nothing stays a number', async () => {
  const logprobs = [{ token: 'a', logprob: Number.NEGATIVE_INFINITY }]
  const model = cached(scriptedModel([{ text: 'a', logprobs }]))
  await model.generate(request)
  expect((await model.generate(request)).completions[0].logprobs).toEqual([{ token: 'a', logprob: -Number.MAX_VALUE }])
})

test('an answer is stored before it is handed out', async () => {
  const storage = memoryStorage()
  let stored = false
  const slow: Storage = {
    ...storage,
    put: async (...args) => {
      await new Promise(resolve => setTimeout(resolve, 10))
      await storage.put(...args)
      stored = true
    },
  }
  await cached(counting(), { storage: slow }).generate(request)
  expect(stored).toBe(true)
  stored = false
  for await (const { type } of cached(counting(), { storage: slow }).stream(other)) {
    if (type === 'finish') expect(stored).toBe(true)
  }
  expect(stored).toBe(true)
})

test('errors are not kept', async () => {
  const model = cached(scriptedModel([new ModelError('model/server', 'busy', { model: 'm' }), 'fine']))
  await expect(model.generate(request)).rejects.toMatchObject({ code: 'model/server' })
  expect(await textOf(model.generate(request))).toBe('fine')
})

test('answers that were cut are kept as they are', async () => {
  const model = cached(scriptedModel([{ text: 'cu', finishReason: 'length' }]))
  await model.generate(request)
  expect((await model.generate(request)).completions[0]).toEqual({ text: 'cu', finishReason: 'length' })
})

test('nobody can change what is in the cache', async () => {
  const model = cached(counting())
  await model.generate(request)
  Object.assign((await model.generate(request)).completions[0], { text: 'changed' })
  expect(await textOf(model.generate(request))).toBe('answer 0')
})

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  ['cut', bytes => bytes.slice(0, -5)],
  ['with one letter changed', bytes => bytes.map((byte, index) => (index === bytes.length - 9 ? byte ^ 1 : byte))],
  ['empty', () => new Uint8Array()],
  ['of something else', () => new TextEncoder().encode('{"completions":[]}')],
])('a stored entry that is %s is a miss and is replaced', async (_, damage) => {
  const storage = memoryStorage()
  await cached(counting(), { storage }).generate(request)
  const [key = ''] = await keysOf(storage)
  const before = (await storage.get(key))?.value ?? new Uint8Array()
  await storage.put(key, damage(before))
  const inner = scriptedModel(['answer 0'])
  expect(await textOf(cached(inner, { storage }).generate(request))).toBe('answer 0')
  expect(inner.calls).toHaveLength(1)
  expect(await textOf(cached(scriptedModel([]), { storage }).generate(request))).toBe('answer 0')
})

test('an entry under the key of another request is a miss', async () => {
  const storage = memoryStorage()
  const model = cached(counting(), { storage })
  await model.generate(request)
  const [key = ''] = await keysOf(storage)
  await model.generate(other)
  const otherKey = (await keysOf(storage)).find(one => one !== key) ?? ''
  await storage.put(otherKey, (await storage.get(key))?.value ?? new Uint8Array())
  expect(await textOf(cached(scriptedModel(['own']), { storage }).generate(other))).toBe('own')
})

test('the least recently used answer is dropped', async () => {
  const inner = counting()
  const model = cached(inner, { maxEntries: 2 })
  const ask = (seed: number) => model.generate({ ...request, seed })
  await ask(1)
  await ask(2)
  await ask(1)
  await ask(3)
  expect((await ask(1)).usage.cachedCalls).toBe(1)
  expect((await ask(3)).usage.cachedCalls).toBe(1)
  expect((await ask(2)).usage.cachedCalls).toBe(0)
})

test('an answer is used until its time is up, in memory and in the storage', async () => {
  const clock = testClock()
  const storage = memoryStorage({ clock })
  const inner = counting()
  const model = cached(inner, { ttlMs: 1500, clock, storage })
  await model.generate(request)
  await clock.advance(1499)
  expect(await textOf(model.generate(request))).toBe('answer 0')
  expect(await textOf(cached(inner, { ttlMs: 1500, clock, storage }).generate(request))).toBe('answer 0')
  await clock.advance(1)
  expect(await textOf(cached(inner, { ttlMs: 1500, clock, storage }).generate(request))).toBe('answer 1')
  await clock.advance(1500)
  expect(await textOf(model.generate(request))).toBe('answer 2')
})

test('equal calls at the same time are one, and one of them has the usage', async () => {
  const inner = counting()
  const model = cached(inner, { storage: memoryStorage() })
  const answers = await Promise.all([1, 2, 3].map(() => model.generate(request)))
  expect(inner.calls).toHaveLength(1)
  expect(answers.map(({ usage }) => [usage.calls, usage.cachedCalls])).toEqual([
    [1, 0],
    [0, 1],
    [0, 1],
  ])
  expect(new Set(answers.map(({ completions }) => completions[0].text))).toEqual(new Set(['answer 0']))
})

test('one that leaves does not disturb the others, and what it began is counted by the next', async () => {
  const clock = testClock()
  const inner = scriptedModel(['fine'], { latencyMs: 100, clock })
  const model = cached(inner)
  const leaving = new AbortController()
  const left = model.generate({ ...request, signal: leaving.signal }).catch(error => error)
  const staying = model.generate(request)
  await reached(inner)
  await clock.advance(50)
  leaving.abort()
  expect(await left).toBe(leaving.signal.reason)
  await clock.advance(50)
  expect((await staying).usage).toMatchObject({ calls: 1, cachedCalls: 0 })
})

test('when all have left the call is aborted, and the next begins anew', async () => {
  const clock = testClock()
  const inner = scriptedModel(['lost', 'fine'], { latencyMs: 100, clock })
  const model = cached(inner)
  const controllers = [new AbortController(), new AbortController()]
  const left = controllers.map(({ signal }) => model.generate({ ...request, signal }).catch(error => error))
  await reached(inner)
  await clock.advance(50)
  for (const controller of controllers) controller.abort()
  expect(await Promise.all(left)).toEqual(controllers.map(({ signal }) => signal.reason))
  expect(clock.sleeping).toEqual([])
  const next = model.generate(request)
  await reached(inner, 2)
  await clock.advance(100)
  expect(await textOf(next)).toBe('fine')
})

test('one that joins minds its own deadline, and goes on when only the time of the other is up', async () => {
  const clock = testClock()
  const inner = scriptedModel(
    async ({ deadlineMs = Number.POSITIVE_INFINITY }, index) => {
      if (index > 0) return 'fine'
      await clock.sleep(deadlineMs)
      throw new ModelError('model/timeout', 'late', { model: 'm' })
    },
    { clock },
  )
  const model = cached(inner, { clock })
  const begins = model.generate({ ...request, deadlineMs: 100 }).catch(error => error)
  const joins = model.generate({ ...request, deadlineMs: 1000 })
  const hurries = model.generate({ ...request, deadlineMs: 10 }).catch(error => error)
  await reached(inner)
  await clock.advance(10)
  expect(await hurries).toMatchObject({ code: 'model/timeout' })
  await clock.advance(90)
  expect(await begins).toMatchObject({ code: 'model/timeout', message: 'late' })
  expect(await textOf(joins)).toBe('fine')
})

test('a stream is kept when it was read to its end, and told from the cache', async () => {
  const storage = memoryStorage()
  const call = { id: 'c', name: 't', arguments: '{"a":1}' }
  const inner = scriptedModel([{ text: 'a long answer', reasoning: 'why', toolCalls: [call] }])
  const live = await eventsOf(cached(inner, { storage }).stream(request))
  expect(live.at(-1)).toEqual({ type: 'finish', index: 0, reason: 'tool-calls' })
  const model = cached(scriptedModel([]), { storage })
  expect(await eventsOf(model.stream(request))).toEqual([
    { type: 'reasoning', index: 0, delta: 'why' },
    { type: 'text', index: 0, delta: 'a long answer' },
    { type: 'tool-call', index: 0, callIndex: 0, id: 'c', name: 't', argumentsDelta: '{"a":1}' },
    { type: 'usage', usage: { ...noUsage, cachedCalls: 1 } },
    { type: 'finish', index: 0, reason: 'tool-calls' },
  ])
  expect((await model.generate(request)).recordedUsage).toMatchObject({ calls: 1 })
})

test('a stream that was left or failed is not kept', async () => {
  const storage = memoryStorage()
  const broken = { text: 'half', error: new ModelError('model/transport', 'cut', { model: 'm' }) }
  const model = cached(scriptedModel(['left behind', broken]), { storage })
  for await (const _ of model.stream(request)) break
  await expect(eventsOf(model.stream(request))).rejects.toMatchObject({ code: 'model/transport' })
  expect(await keysOf(storage)).toEqual([])
})

const failing: Storage = {
  ...memoryStorage(),
  get: () => Promise.reject(new StorageError('storage/unavailable', 'gone', { key: 'k' })),
  put: () => Promise.reject(new StorageError('storage/quota', 'full', { key: 'k' })),
}

test('a storage that fails fails the call', async () => {
  const inner = counting()
  await expect(cached(inner, { storage: failing }).generate(request)).rejects.toMatchObject({
    code: 'storage/unavailable',
  })
  expect(inner.calls).toEqual([])
})

test('a storage that fails is only told when somebody wants to know', async () => {
  const told: unknown[] = []
  const model = cached(counting(), { storage: failing, onStorageError: error => told.push(error) })
  expect(await textOf(model.generate(request))).toBe('answer 0')
  expect(told).toMatchObject([{ code: 'storage/unavailable' }, { code: 'storage/quota' }])
})
