import { describe, expect, test } from 'vitest'
import { colbertRetriever } from '../../src/models/colbert-retriever.ts'
import { databricksRetriever } from '../../src/models/databricks-retriever.ts'
import { remoteRetriever } from '../../src/models/remote-retriever.ts'
import { weaviateRetriever } from '../../src/models/weaviate-retriever.ts'

interface Asked {
  readonly url: string
  readonly method: string | undefined
  readonly headers: unknown
  readonly body: unknown
}

/** A service that answers with these bodies, one after the other, and remembers what it was asked. */
const service = (...answers: readonly (object | Response)[]) => {
  const asked: Asked[] = []
  const fetch = async (url: string, { method, headers, body }: RequestInit): Promise<Response> => {
    asked.push({ url, method, headers, body: typeof body === 'string' ? JSON.parse(body) : body })
    const answer = answers[asked.length - 1] ?? answers.at(-1) ?? {}
    return answer instanceof Response ? answer : Response.json(answer)
  }
  return { asked, fetch }
}

describe('a ColBERTv2 server', () => {
  const topk = [
    { text: 'Kinnairdy Castle | A tower house.', pid: 7, rank: 1, score: 24.5, prob: 0.9 },
    { text: 'Gregory | A Scottish physician.', pid: 9, rank: 2, score: 21 },
  ]

  test('is asked by GET with the query and k, ten unless told otherwise', async () => {
    const { asked, fetch } = service({ topk })
    const passages = await colbertRetriever({ url: 'http://colbert.test/api/search', fetch }).retrieve(
      'Which castle & why?',
    )
    expect(asked.map(({ url, method, body }) => [url, method, body])).toEqual([
      ['http://colbert.test/api/search?query=Which%20castle%20%26%20why%3F&k=10', undefined, undefined],
    ])
    expect(passages).toEqual([
      { text: 'Kinnairdy Castle | A tower house.', id: 7, rank: 1, score: 24.5, prob: 0.9 },
      { text: 'Gregory | A Scottish physician.', id: 9, rank: 2, score: 21 },
    ])
  })

  test('is asked by POST where it wants that, and gives no more than k', async () => {
    const { asked, fetch } = service({ topk })
    const search = colbertRetriever({ url: 'http://colbert.test/search', post: true, fetch })
    expect(await search.retrieve('castle', { k: 1 })).toHaveLength(1)
    expect(asked[0]?.body).toEqual({ query: 'castle', k: 1 })
  })

  test.each([
    [{ error: true, message: 'index not loaded' }, 'model/server'],
    [{ results: [] }, 'model/malformed'],
  ])('that answers %j is an error', async (answer, code) => {
    const search = colbertRetriever({
      url: 'http://colbert.test',
      fetch: service(answer).fetch,
      retries: { attempts: 1 },
    })
    await expect(search.retrieve('castle')).rejects.toMatchObject({ code })
  })
})

test('a Databricks index is asked over REST, its rows read by their columns', async () => {
  const { asked, fetch } = service({
    manifest: { columns: [{ name: 'id' }, { name: 'text' }, { name: 'uri' }, { name: 'score' }] },
    result: { data_array: [['a1', 'Keys rotate monthly.', '/keys', 0.8]] },
  })
  const search = databricksRetriever({
    ...{ workspace: 'https://adb.test/', index: 'main.docs.pages', apiKey: 'dapi-secret', fetch },
    ...{ columns: ['uri'], filters: { 'year >': 2020 } },
  })
  expect(await search.retrieve('rotate a key')).toEqual([
    { id: 'a1', text: 'Keys rotate monthly.', uri: '/keys', score: 0.8 },
  ])
  expect(asked[0]).toMatchObject({
    url: 'https://adb.test/api/2.0/vector-search/indexes/main.docs.pages/query',
    method: 'POST',
    headers: { authorization: 'Bearer dapi-secret' },
    body: {
      ...{ columns: ['id', 'text', 'uri'], num_results: 3, query_text: 'rotate a key', query_type: 'ANN' },
      filters_json: '{"year >":2020}',
    },
  })
})

test('a Weaviate collection is searched by hybrid search, the query as data', async () => {
  const { asked, fetch } = service({
    data: { Get: { Pages: [{ content: 'Planning comes first.', _additional: { id: 'u-1', score: '0.75' } }] } },
  })
  const search = weaviateRetriever({ url: 'http://weaviate.test', collection: 'Pages', tenant: 'a', fetch })
  expect(await search.retrieve('say "hi") { Drop }', { k: 2 })).toEqual([
    { text: 'Planning comes first.', id: 'u-1', score: 0.75 },
  ])
  expect(asked[0]).toMatchObject({
    url: 'http://weaviate.test/v1/graphql',
    body: {
      query:
        '{ Get { Pages(limit: 2, hybrid: { query: "say \\"hi\\") { Drop }" }, tenant: "a") { content _additional { id score } } } }',
    },
  })
})

describe('any service', () => {
  const search = (fetch: (url: string, init: RequestInit) => Promise<Response>) =>
    remoteRetriever({
      ...{
        name: 'wiki',
        url: 'https://search.test/find',
        apiKey: 'sk-very-secret',
        fetch,
        retries: { attempts: 2, baseDelayMs: 1 },
      },
      ask: (query, k) => ({ query, limit: k }),
      read: json => (Array.isArray(json) ? json.map(text => ({ text: String(text) })) : { defect: 'no list' }),
    })

  test('is asked again after a failure that may pass', async () => {
    const { asked, fetch } = service(new Response('busy', { status: 503 }), ['one', 'two'])
    expect(await search(fetch).retrieve('x')).toEqual([{ text: 'one' }, { text: 'two' }])
    expect(asked).toHaveLength(2)
  })

  test('that refuses the key is an error without the key', async () => {
    const { fetch } = service(new Response('bad key sk-very-secret', { status: 401 }))
    const failed = search(fetch).retrieve('x')
    await expect(failed).rejects.toMatchObject({ code: 'model/authentication' })
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('sk-very-secret') })
  })

  test('is not asked once the caller has gone', async () => {
    const { asked, fetch } = service([])
    await expect(search(fetch).retrieve('x', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(asked).toEqual([])
  })
})

test('names that would become part of an address or a query are refused', () => {
  const weaviate = { url: 'http://weaviate.test' }
  expect(() => weaviateRetriever({ ...weaviate, collection: 'Pages { evil }' })).toThrow(/collection/)
  expect(() => weaviateRetriever({ ...weaviate, collection: 'Pages', textProperty: 'a b' })).toThrow(/textProperty/)
  const databricks = { workspace: 'https://adb.test', apiKey: 'k' }
  expect(() => databricksRetriever({ ...databricks, index: '../../secrets' })).toThrow(/main\.docs\.pages/)
})
