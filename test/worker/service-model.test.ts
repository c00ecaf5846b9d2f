import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import type { ModelEvent } from '../../src/ports/language-model.ts'
import { type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts'
import { inferenceObject } from '../../worker/inference/inference-object.ts'
import { inferenceWorker } from '../../worker/inference/inference-worker.ts'
import type { ServiceBinding } from '../../worker/inference/service-binding.ts'
import { serviceModel } from '../../worker/inference/service-model.ts'
import { describeLanguageModel } from '../contracts/language-model-contract.ts'

const answers: Readonly<Record<string, ScriptedAnswer>> = {
  answers: { text: 'Paris 🗼 is the capital.', reasoning: 'France, so Paris.' },
  'is cut': { text: 'Par', finishReason: 'length' },
  'is filtered': { text: '', finishReason: 'content-filter' },
  fails: new ModelError('model/rate-limit', 'Too many.', { model: 'scripted', status: 429, retryAfterMs: 1500 }),
  'fails strangely': new TypeError('x is not a function'),
}

/** The Worker before an object. */
const boundTo = (object: { fetch(request: Request): Promise<Response> }) =>
  inferenceWorker({ objects: () => ({ idFromName: name => name, get: () => object }) })

/** A Worker with a model that behaves so, bound without a network between. */
const bound = (name: string) => {
  let sent = 0
  const model = scriptedModel(() => answers[name] ?? new Promise(() => {}), {
    score: (_, answer) => {
      const line = answers[name]
      if (line instanceof Error) throw line
      return line === undefined ? new Promise(() => {}) : -answer.length
    },
  })
  const Model = inferenceObject({ model: (thing: string) => ({ ...model, identity: async () => thing }) })
  const worker = boundTo(new Model(undefined, name.replace('id ', '')))
  const binding: ServiceBinding = {
    async fetch(address, init) {
      if (!init.body.includes('"identity"')) sent += 1
      return worker.fetch(new Request(address, init), {})
    },
  }
  return { model: serviceModel({ binding, id: `service/${name}` }), sent: () => sent }
}

const digest = (thing: string): string => Array.from(thing.padEnd(32), c => c.charCodeAt(0).toString(16)).join('')

describeLanguageModel('serviceModel', {
  make: bound,
  standingOn: thing => bound(`id ${digest(thing)}`).model,
})

const eventsOf = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

const request = { messages: [{ role: 'user' as const, content: 'Capital of France?' }] }

describe('serviceModel', () => {
  test('an error keeps its class and its evidence on the way between two Workers', async () => {
    const error = await bound('fails')
      .model.generate(request)
      .catch(reason => reason)
    expect(error).toBeInstanceOf(ModelError)
    expect(error).toMatchObject({ code: 'model/rate-limit', status: 429, retryAfterMs: 1500, message: 'Too many.' })
  })

  test('an error that is not ours is runtime/failed', async () => {
    await expect(bound('fails strangely').model.generate(request)).rejects.toMatchObject({ code: 'runtime/failed' })
  })

  test.each([
    ['refuses', async () => new Response('no', { status: 500 })],
    ['says nothing', async () => new Response('')],
    ['says something else', async () => new Response('hello\n')],
    [
      'stops in the middle',
      async () => new Response('{"type":"event","event":{"type":"text","index":0,"delta":"P"}}\n'),
    ],
    ['is not there', async () => Promise.reject(new TypeError('no such service'))],
  ] as const)('a Worker that %s is runtime/failed, with a remedy', async (_, fetch) => {
    const model = serviceModel({ binding: { fetch }, id: 'local/nano' })
    const failed = { code: 'runtime/failed', message: expect.stringContaining('deployed and bound') }
    await expect(model.generate(request)).rejects.toMatchObject(failed)
    await expect(eventsOf(model.stream(request))).rejects.toMatchObject(failed)
    await expect(model.score?.(request, ['Paris'])).rejects.toMatchObject(failed)
  })
})

describe('inferenceObject', () => {
  test.each([
    ['GET', undefined, 405],
    ['POST', 'hello', 400],
    ['POST', '{"type":"close"}', 400],
    ['POST', '{"__proto__":{"type":"identity"}}', 400],
  ])('%s %s is refused with %i', async (method, body, status) => {
    const Model = inferenceObject({ model: () => scriptedModel(() => 'Paris') })
    const asked = new Request('https://model.invalid/', { method, ...(body !== undefined && { body }) })
    expect((await new Model(undefined, {}).fetch(asked)).status).toBe(status)
  })

  test('a model that cannot be made is told to whoever asked, and made by the next question', async () => {
    let tries = 0
    const Late = inferenceObject({
      model: () => {
        tries += 1
        if (tries === 1) throw new ModelError('model/unsupported', 'Not yet.', { model: 'late' })
        return scriptedModel(() => 'Paris')
      },
    })
    const late = boundTo(new Late(undefined, {}))
    const binding: ServiceBinding = { fetch: (address, init) => late.fetch(new Request(address, init), {}) }
    const model = serviceModel({ binding, id: 'late' })
    await expect(model.generate(request)).rejects.toMatchObject({ code: 'model/unsupported', message: 'Not yet.' })
    expect((await model.generate(request)).completions[0].text).toBe('Paris')
  })
})
