import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { openaiEmbedder } from '../../src/models/openai-embedder.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

const key = 'sk-test-0123456789'

interface Body {
  readonly model: string
  readonly input: readonly string[]
  readonly [option: string]: unknown
}

const lengthsOf = ({ input }: Body) => ({
  object: 'list',
  data: input.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 1, -0.5] })),
  usage: { prompt_tokens: input.length * 2, total_tokens: input.length * 2 },
})

/** An embedder in front of a fetch double, and what was sent to it. */
const embedderAnswering = (
  answer: (body: Body, call: number) => unknown = lengthsOf,
  options: Partial<Parameters<typeof openaiEmbedder>[0]> = {},
) => {
  const sent: { readonly url: string; readonly headers: unknown; readonly body: Body }[] = []
  const embedder = openaiEmbedder({
    model: 'm',
    apiKey: key,
    retries: { attempts: 1 },
    fetch: async (url, init) => {
      const body: Body = JSON.parse(String(init.body))
      sent.push({ url, headers: init.headers, body })
      const given = answer(body, sent.length)
      return given instanceof Response ? given : Response.json(given)
    },
    ...options,
  })
  return { embedder, sent }
}

let contractSent: unknown[] = []
describeEmbedder('openaiEmbedder', {
  make: () => {
    const { embedder, sent } = embedderAnswering()
    contractSent = sent
    return embedder
  },
  calls: () => contractSent.length,
  failing: () => embedderAnswering(() => Response.json({ error: { message: 'no' } }, { status: 400 })).embedder,
})

describe('the request', () => {
  test('goes to the embeddings of the base address, with the key as a bearer', async () => {
    const { embedder, sent } = embedderAnswering(lengthsOf, {
      baseUrl: 'http://localhost:11434/v1/?a=b',
      dimensions: 3,
    })
    await embedder.embed(['abc', ''])
    expect(sent).toEqual([
      {
        url: 'http://localhost:11434/v1/embeddings?a=b',
        headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${key}` },
        body: { model: 'm', input: ['abc', ' '], encoding_format: 'float', dimensions: 3 },
      },
    ])
    expect(embedder.id).toBe('openai/m@3')
  })

  test('holds at most 200 texts, and all vectors come back in order', async () => {
    const { embedder, sent } = embedderAnswering()
    const usage = usageLedger()
    const vectors = await embedder.embed(
      Array.from({ length: 450 }, (_, place) => 'x'.repeat(place + 1)),
      { usage },
    )
    expect(sent.map(({ body }) => body.input.length)).toEqual([200, 200, 50])
    expect(vectors.map(vector => vector[0])).toEqual(Array.from({ length: 450 }, (_, place) => place + 1))
    expect(usage.total).toMatchObject({ calls: 3, attempts: 3, inputTokens: 900, outputTokens: 0 })
  })

  test('puts the prefix of the role in front', async () => {
    const { embedder, sent } = embedderAnswering(lengthsOf, { prefixes: { query: 'query: ', passage: 'passage: ' } })
    await embedder.embed(['a'], { role: 'query' })
    await embedder.embed(['b'])
    expect(sent.map(({ body }) => body.input[0])).toEqual(['query: a', 'passage: b'])
    expect(embedder.id).not.toBe(embedderAnswering().embedder.id)
  })
})

describe('the answer', () => {
  test('is put in the order of its indices, and may be in base64', async () => {
    const encoded = btoa(String.fromCharCode(...new Uint8Array(Float32Array.of(1.5, -2).buffer)))
    const { embedder, sent } = embedderAnswering(
      () => ({
        data: [
          { index: 1, embedding: [3, 4] },
          { index: 0, embedding: encoded },
        ],
      }),
      { encoding: 'base64' },
    )
    const vectors = await embedder.embed(['a', 'b'])
    expect(vectors.map(vector => [...vector])).toEqual([
      [1.5, -2],
      [3, 4],
    ])
    expect(sent[0]?.body.encoding_format).toBe('base64')
  })

  test.each([
    ['too few embeddings', { data: [] }],
    ['one of a text twice', { data: [0, 0].map(index => ({ index, embedding: [1] })) }],
    ['no numbers', { data: [{ embedding: ['1'] }, { embedding: [1] }] }],
    ['broken base64', { data: [{ embedding: '%' }, { embedding: [1] }] }],
    ['bytes that are no floats', { data: [{ embedding: btoa('abc') }, { embedding: [1] }] }],
    ['vectors of different lengths', { data: [{ embedding: [1, 2] }, { embedding: [1] }] }],
    ['nothing known', { hello: 'world' }],
  ])('with %s is malformed', async (_, answer) => {
    const { embedder } = embedderAnswering(() => answer)
    await expect(embedder.embed(['a', 'b'])).rejects.toMatchObject({ code: 'model/malformed' })
  })

  test('that is an error inside a 200 is that error', async () => {
    const { embedder } = embedderAnswering(() => ({ error: { code: 429, message: 'slow down' } }))
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'model/rate-limit' })
  })
})

describe('a failure', () => {
  test.each([
    [401, 'model/authentication'],
    [404, 'model/request'],
    [429, 'model/rate-limit'],
    [500, 'model/server'],
    [302, 'model/request'],
  ])('of status %i is %s, and shows neither key nor text', async (status, code) => {
    const text = 'a very private text that nobody may see'
    const { embedder } = embedderAnswering(() => Response.json({ error: { message: `${key} ${text}` } }, { status }))
    const error = await embedder.embed([text]).catch(error => error)
    expect(error).toMatchObject({ code, status })
    expect(`${error.message}${error.stack}`).not.toContain(key)
    expect(error.message).not.toContain(text)
  })

  test('that may pass is repeated, batch by batch, and counted', async () => {
    const usage = usageLedger()
    const { embedder, sent } = embedderAnswering(
      (body, call) => (call % 2 === 1 ? Response.json({}, { status: 503 }) : lengthsOf(body)),
      { retries: { baseDelayMs: 0 }, batchSize: 1 },
    )
    const vectors = await embedder.embed(['a', 'bb'], { usage })
    expect(vectors.map(vector => vector[0])).toEqual([1, 2])
    expect(sent.map(({ body }) => body.input[0])).toEqual(['a', 'a', 'bb', 'bb'])
    expect(usage.total).toMatchObject({ calls: 2, attempts: 4 })
  })

  test('by the deadline covers all batches', async () => {
    const clock = testClock()
    const { embedder } = embedderAnswering(lengthsOf, {
      batchSize: 1,
      clock,
      fetch: async (_, init) => {
        await clock.advance(30)
        return Response.json(lengthsOf(JSON.parse(String(init.body))))
      },
    })
    await expect(embedder.embed(['a', 'b', 'c', 'd'], { deadlineMs: 100 })).rejects.toMatchObject({
      code: 'model/timeout',
    })
    expect(await embedder.embed(['a', 'b', 'c'], { deadlineMs: 100 })).toHaveLength(3)
  })
})

test.each([
  ['batchSize', { batchSize: 0 }],
  ['dimensions', { dimensions: 0 }],
  ['baseUrl', { baseUrl: 'ftp://x' }],
  ['apiKey', { apiKey: 'two\nlines' }],
])('a wrong %s is refused', (option, options) => {
  expect(() => openaiEmbedder({ model: 'm', ...options })).toThrow(expect.objectContaining({ option }))
})
