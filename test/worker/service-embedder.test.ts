import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import type { Embedder } from '../../src/ports/embedder.ts'
import { lexicalEmbedder } from '../../src/retrieval/lexical-embedder.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { inferenceObject } from '../../worker/inference/inference-object.ts'
import { inferenceWorker } from '../../worker/inference/inference-worker.ts'
import type { ServiceBinding } from '../../worker/inference/service-binding.ts'
import { type ServiceEmbedderOptions, serviceEmbedder } from '../../worker/inference/service-embedder.ts'
import { serviceModel } from '../../worker/inference/service-model.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

const lexical = lexicalEmbedder()

/** Counts as a network would, and fails after it has. */
const counting = (fails?: Error): Embedder => ({
  id: 'there',
  async embed(texts, { signal, usage, ...rest } = {}) {
    signal?.throwIfAborted()
    usage?.add({ ...noUsage, calls: 1, attempts: 1, inputTokens: texts.length })
    if (fails) throw fails
    return lexical.embed(texts, rest)
  },
})

/** Bound without a network between. */
const bound = (embedder: Embedder, options: Partial<ServiceEmbedderOptions> = {}) => {
  const questions: unknown[] = []
  const object = new (inferenceObject({ embedder: () => embedder }))(undefined, {})
  const worker = inferenceWorker({ objects: () => ({ idFromName: name => name, get: () => object }) })
  const binding: ServiceBinding = {
    async fetch(address, init) {
      questions.push(JSON.parse(init.body))
      return worker.fetch(new Request(address, init), {})
    },
  }
  return { questions, binding, embedder: serviceEmbedder({ binding, id: 'service/lexical', ...options }) }
}

const limited = new ModelError('model/rate-limit', 'Too many.', { model: 'there', status: 429, retryAfterMs: 1500 })

describe('serviceEmbedder', () => {
  const { embedder, questions } = bound(counting())
  describeEmbedder('serviceEmbedder', {
    make: () => embedder,
    failing: () => bound(counting(limited)).embedder,
    calls: () => questions.length,
  })

  test('asks in batches and in the role it was given', async () => {
    const { embedder, questions } = bound(counting(), { batchSize: 2 })
    const usage = usageLedger()
    const vectors = await embedder.embed(['a', 'b', 'c'], { role: 'query', usage })
    expect(vectors).toEqual(await lexical.embed(['a', 'b', 'c'], { role: 'query' }))
    expect(questions).toEqual([
      { type: 'embed', texts: ['a', 'b'], role: 'query' },
      { type: 'embed', texts: ['c'], role: 'query' },
    ])
    expect(usage.total).toMatchObject({ calls: 2, inputTokens: 3 })
  })

  test('an error keeps its class and its evidence, and what it cost is counted', async () => {
    const usage = usageLedger()
    const error = await bound(counting(limited))
      .embedder.embed(['a'], { usage })
      .catch(reason => reason)
    expect(error).toBeInstanceOf(ModelError)
    expect(error).toMatchObject({ code: 'model/rate-limit', status: 429, retryAfterMs: 1500, message: 'Too many.' })
    expect(usage.total.inputTokens).toBe(1)
  })

  test.each([
    ['refuses', async () => new Response('no', { status: 500 })],
    ['says nothing', async () => new Response('')],
    ['says something else', async () => new Response('hello\n')],
    ['is not there', async () => Promise.reject(new TypeError('no such service'))],
  ] as const)('a Worker that %s is runtime/failed, with a remedy', async (_, fetch) => {
    const embedder = serviceEmbedder({ binding: { fetch }, id: 'local/e' })
    const failed = { code: 'runtime/failed', message: expect.stringContaining('deployed and bound') }
    await expect(embedder.embed(['a'])).rejects.toMatchObject(failed)
  })

  test('a Worker that answers with too few vectors is told to be malformed', async () => {
    const few = bound({ id: 'few', embed: async () => [Float32Array.of(1)] }).embedder
    await expect(few.embed(['a', 'b'])).rejects.toMatchObject({ code: 'model/malformed' })
  })

  test('one deadline covers all batches, and ends the work there', async () => {
    const clock = testClock()
    let there: AbortSignal | undefined
    const slow: Embedder = {
      id: 'slow',
      embed: (_, { signal } = {}) => {
        there = signal
        return new Promise(() => {})
      },
    }
    const embedding = bound(slow, { clock, deadlineMs: 500 })
      .embedder.embed(['a'])
      .catch(error => error)
    await expect.poll(() => there).toBeDefined()
    await clock.advance(500)
    expect(await embedding).toMatchObject({ code: 'model/timeout' })
    await expect.poll(() => there?.aborted).toBe(true)
  })

  test('batches of no text are refused', () => {
    expect(() => bound(lexical, { batchSize: 0 })).toThrowError(
      expect.objectContaining({ code: 'configuration/invalid' }),
    )
  })
})

describe('inferenceObject', () => {
  test('without an embedder says so, and without a model', async () => {
    const { binding } = bound(lexical)
    const model = serviceModel({ binding, id: 'local/none' })
    const unsupported = { code: 'model/unsupported', message: expect.stringContaining('inferenceObject()') }
    await expect(model.generate({ messages: [] })).rejects.toMatchObject(unsupported)
    const object = new (inferenceObject({ model: () => scriptedModel(() => 'Paris') }))(undefined, {})
    const embedder = serviceEmbedder({
      binding: { fetch: (address, init) => object.fetch(new Request(address, init)) },
      id: 'local/none',
    })
    await expect(embedder.embed(['a'])).rejects.toMatchObject(unsupported)
  })
})
