import { expect, test } from 'vitest'
import { huggingFaceRows } from '../../src/datasets/hugging-face-rows.ts'

/** A server of 250 rows, and what it was asked. */
const server = (answer?: (url: URL) => Response) => {
  const asked: URL[] = []
  const respond = async (input: unknown): Promise<Response> => {
    const url = new URL(String(input))
    asked.push(url)
    if (answer !== undefined) return answer(url)
    const [offset, length] = [Number(url.searchParams.get('offset')), Number(url.searchParams.get('length'))]
    const count = Math.max(0, Math.min(length, 250 - offset))
    const rows = Array.from({ length: count }, (_, index) => ({
      row_idx: offset + index,
      row: { text: `row ${offset + index}` },
      truncated_cells: [],
    }))
    return Response.json({ features: [], rows, num_rows_total: 250, partial: false })
  }
  return { asked, fetch: respond as typeof globalThis.fetch }
}

const all = async (rows: AsyncIterable<object>): Promise<object[]> => {
  const list: object[] = []
  for await (const row of rows) list.push(row)
  return list
}

test('all rows come, a hundred at a time, in order', async () => {
  const { asked, fetch } = server()
  const rows = await all(huggingFaceRows({ dataset: 'openai/gsm8k', config: 'main', split: 'test', fetch }))
  expect(rows.length).toBe(250)
  expect(rows.at(-1)).toEqual({ text: 'row 249' })
  expect(asked.map(url => url.searchParams.get('offset'))).toEqual(['0', '100', '200'])
  expect(asked[0]?.href).toBe(
    'https://datasets-server.huggingface.co/rows?dataset=openai%2Fgsm8k&config=main&split=test&offset=0&length=100',
  )
})

test('no more is asked for than the limit', async () => {
  const { asked, fetch } = server()
  expect((await all(huggingFaceRows({ dataset: 'a/b', limit: 120, fetch }))).length).toBe(120)
  expect(asked.map(url => url.searchParams.get('length'))).toEqual(['100', '20'])
})

test.each([
  ['refuses', () => new Response('secret details', { status: 404 }), 'data/missing', /status 404/],
  ['answers with a page of another kind', () => new Response('<html>'), 'data/parse', /no page/],
  ['left out part of a row', () => cut(), 'data/parse', /row 7/],
])('a server that %s is told by its cause', async (_, answer, code, message) => {
  const rows = all(huggingFaceRows({ dataset: 'a/b', token: 'hf_secret', fetch: server(answer).fetch }))
  await expect(rows).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  await expect(rows).rejects.not.toMatchObject({ message: expect.stringContaining('secret') })
})

const cut = (): Response =>
  Response.json({ rows: [{ row_idx: 7, row: { text: 'so…' }, truncated_cells: ['text'] }], num_rows_total: 1 })

test('the token goes to the server and an abort is an abort', async () => {
  const seen: unknown[] = []
  const fetch = (async (_input: unknown, init?: { headers?: unknown }) => {
    seen.push(init?.headers)
    throw new TypeError('down')
  }) as typeof globalThis.fetch
  await expect(all(huggingFaceRows({ dataset: 'a/b', token: 't', fetch }))).rejects.toMatchObject({
    code: 'data/missing',
  })
  expect(seen).toEqual([{ authorization: 'Bearer t' }])
  const signal = AbortSignal.abort()
  await expect(all(huggingFaceRows({ dataset: 'a/b', fetch, signal }))).rejects.toMatchObject({ name: 'AbortError' })
})
