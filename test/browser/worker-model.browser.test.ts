import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { localModel } from '../../browser/inference/local-model.ts'
import { nanoFiles } from '../../browser/inference/nano-files.ts'
import { type WorkerModel, workerModel } from '../../browser/inference/worker-model.ts'
import { attemptCounter, ModelError, RuntimeError } from '../../src/index.ts'
import type { LocalModelEvent } from '../../src/inference/index.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { recordingTracer } from '../../src/testing/index.ts'
import { askedOfNano } from '../contracts/asked-of-nano.ts'
import { describeLanguageModel } from '../contracts/language-model-contract.ts'

const opened: WorkerModel[] = []
afterEach(() => {
  for (const model of opened.splice(0)) model.close()
})

const scripted = (name: string) => {
  let sent = 0
  let started = 0
  const model = workerModel({
    id: `worker/${name}`,
    scores: true,
    start: () => {
      started += 1
      const worker = new Worker(new URL('./scripted-worker.ts', import.meta.url), { type: 'module', name })
      const post = worker.postMessage.bind(worker)
      worker.postMessage = (message: { readonly type: string }) => {
        if (['generate', 'stream', 'score'].includes(message.type)) sent += 1
        post(message)
      }
      return worker
    },
  })
  opened.push(model)
  return { model, sent: () => sent, started: () => started }
}

const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

const eventsOf = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

const digest = (thing: string): string => Array.from(thing.padEnd(32), c => c.charCodeAt(0).toString(16)).join('')

describeLanguageModel('workerModel', {
  make: scripted,
  standingOn: thing => scripted(`id ${digest(thing)}`).model,
})

describe('workerModel', () => {
  test('an error keeps its class and its evidence on the way out of the worker', async () => {
    const { model } = scripted('fails')
    const error = await model.generate(request).catch(reason => reason)
    expect(error).toBeInstanceOf(ModelError)
    expect(error).toMatchObject({
      ...{ code: 'model/rate-limit', message: 'Too many.', model: 'scripted', status: 429, retryAfterMs: 1500 },
      ...{ retryable: true, cause: { name: 'TypeError', message: 'the cause' } },
    })
  })

  test('an error that is not ours is runtime/failed', async () => {
    const error = await scripted('fails strangely')
      .model.generate(request)
      .catch(reason => reason)
    expect(error).toBeInstanceOf(RuntimeError)
    expect(error).toMatchObject({ code: 'runtime/failed', cause: { name: 'TypeError' } })
  })

  test('a worker that breaks fails the calls under way, and the next call starts another', async () => {
    const { model, started } = scripted('breaks')
    for (const count of [1, 2]) {
      const calls = [model.generate(request), eventsOf(model.stream(request))]
      for (const call of calls) {
        await expect(call).rejects.toMatchObject({
          name: 'RuntimeError',
          message: expect.stringContaining('the worker broke'),
        })
      }
      expect(started()).toBe(count)
    }
  })

  test('a worker without a script is runtime/no-backend with a remedy', async () => {
    const model = workerModel({
      id: 'local/absent',
      start: () => new Worker('/absent/worker.js', { type: 'module' }),
    })
    await expect(model.generate(request)).rejects.toMatchObject({
      code: 'runtime/no-backend',
      message: expect.stringContaining('worker-src'),
    })
  })

  test('a deadline ends a call although the worker is silent', async () => {
    const { model } = scripted('hangs')
    for (const call of [
      model.generate({ ...request, deadlineMs: 20 }),
      eventsOf(model.stream({ ...request, deadlineMs: 20 })),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'model/timeout' })
    }
  })

  test('what watches a call stays on the page', async () => {
    const { model } = scripted('answers')
    const watching = { tracer: recordingTracer(), attempts: attemptCounter(4), signal: new AbortController().signal }
    const answer = await model.generate({ ...request, ...watching })
    expect(answer).toEqual(await model.generate(request))
  })

  test('a request that is not plain data is refused', async () => {
    const { model } = scripted('answers')
    const wrong = { ...request, extra: { callback: () => {} } }
    await expect(model.generate(wrong)).rejects.toMatchObject({ code: 'model/request' })
    expect((await model.generate(request)).completions[0].text).not.toBe('')
  })

  test('close ends the calls under way, and the next call starts anew', async () => {
    const { model, started } = scripted('answers')
    const call = model.generate(request)
    const closed = model.close()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    await closed
    await model.generate(request)
    expect(started()).toBe(2)
  })
})

/** What happens to it. */
const happened: LocalModelEvent[] = []
/** Loaded once. */
const nano = localModel('nano', { onEvent: event => happened.push(event) })
afterAll(() => nano.close())

describeLanguageModel('localModel(nano) in Chromium', {
  make: behavior => (behavior === 'answers' ? { model: nano } : undefined),
  request: askedOfNano,
})

describe('localModel(nano) in Chromium', () => {
  test('tells where it runs and how far its files are, and what it has when it is loaded', async () => {
    expect(await nano.load()).toMatchObject({ backend: { kind: 'cpu', weights: 'fp32' }, batches: true })
    expect(happened.map(({ type }) => type)).toEqual(expect.arrayContaining(['backend', 'progress', 'ready']))
    expect(happened.filter(({ type }) => type === 'degraded')).toEqual([])
  })

  test('answers many calls side by side as one at a time, whatever they draw', async () => {
    const properties = { label: { enum: ['good', 'bad'] } }
    const schema = { type: 'object', properties, required: ['label'], additionalProperties: false }
    const asked: ModelRequest[] = [
      { ...request, maxTokens: 12 },
      { ...request, maxTokens: 12, temperature: 1, seed: 3 },
      { messages: [{ role: 'user', content: 'Label the text.\nA joy from start to end.' }], maxTokens: 16 },
      { messages: [{ role: 'user', content: 'Label it.' }], maxTokens: 16, responseSchema: { name: 'label', schema } },
    ]
    const one: string[] = []
    for (const each of asked) one.push((await nano.generate(each)).completions[0].text)
    const all = await Promise.all(asked.map(each => nano.generate(each)))
    expect(all.map(({ completions }) => completions[0].text)).toEqual(one)
    expect(['good', 'bad']).toContain(JSON.parse(one[3] ?? '').label)
  })

  test('an abort ends a call that has begun, and the next one is answered', async () => {
    const controller = new AbortController()
    const long = async (): Promise<void> => {
      const asked = { ...request, maxTokens: 400, temperature: 2, seed: 1, signal: controller.signal }
      for await (const event of nano.stream(asked)) if (event.type === 'text') controller.abort()
    }
    await expect(long()).rejects.toMatchObject({ name: 'AbortError' })
    const next = await nano.generate({ ...request, maxTokens: 1 })
    expect(next.usage.outputTokens).toBe(1)
  })

  test('a folder, or files named one by one, answer as the embedded model does', async () => {
    const asked = { ...request, maxTokens: 8, temperature: 0 }
    const expected = (await nano.generate(asked)).completions
    const weights = 'fp32'
    for (const model of [
      localModel('/models/nano/', { weights }),
      localModel('mine', { files: nanoFiles(), weights }),
    ]) {
      opened.push(model)
      expect((await model.generate(asked)).completions).toEqual(expected)
      expect(await model.identity()).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  test('a runtime that is not where wasmPaths says is an error of ours, and nothing else is tried', async () => {
    const model = localModel('nano', { wasmPaths: '/absent/' })
    opened.push(model)
    const error = await model.generate(request).catch(reason => reason)
    expect(error).toMatchObject({ name: 'RuntimeError', code: expect.stringMatching(/^runtime\//) })
  })

  test('files that are missing are runtime/model-files', async () => {
    const model = localModel('/absent/')
    opened.push(model)
    await expect(model.generate(request)).rejects.toMatchObject({ code: 'runtime/model-files' })
  })

  test('an address that is none is refused at once', () => {
    expect(() => localModel('mine', { files: { 'config.json': 'http://[' } })).toThrow('/models/mine/')
  })
})
