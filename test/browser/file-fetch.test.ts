import { describe, expect, test } from 'vitest'
import { fileFetch } from '../../browser/inference/file-fetch.ts'

const page = 'https://page.test/app/'
const here = 'https://page.test/models/config.json'
const elsewhere = 'https://models.test/config.json'

type Asked = readonly [method: string, headers: Readonly<Record<string, string>>]

/** Asks through fileFetch, and what then arrives. */
const asked = async (
  address: string,
  headers: Readonly<Record<string, string>>,
  answer: (asked: Asked, count: number) => Response,
): Promise<{ readonly status: number; readonly text: string; readonly arrived: readonly Asked[] }> => {
  const arrived: Asked[] = []
  const ask = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const request: Asked = [init?.method ?? 'GET', Object.fromEntries(new Headers(init?.headers))]
    arrived.push(request)
    return answer(request, arrived.length)
  }
  const response = await fileFetch(ask, page)(address, { headers })
  return { status: response.status, text: await response.text(), arrived }
}

const file = (etag: string, init: ResponseInit = {}): Response => new Response('{}', { headers: { etag }, ...init })
const down = (): never => {
  throw new TypeError('Failed to fetch')
}

describe('a page where a file was asked for', () => {
  const html = (): Response =>
    new Response('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } })

  test.each([here, elsewhere])('is a file that is not there: %s', async address => {
    expect(await asked(address, {}, html)).toMatchObject({ status: 404, text: '' })
  })

  test('is none when it tells of a failure', async () => {
    const failed = () => new Response('down', { status: 503, headers: { 'content-type': 'text/html' } })
    expect((await asked(here, {}, failed)).status).toBe(503)
  })
})

describe('a file that is kept', () => {
  test('of this origin is asked for by its version', async () => {
    const { status, arrived } = await asked(here, { 'if-none-match': '"1"' }, () => new Response(null, { status: 304 }))
    expect([status, arrived]).toEqual([304, [['GET', { 'if-none-match': '"1"' }]]])
  })

  test('of another origin is looked at without a header that needs leave', async () => {
    const { status, arrived } = await asked(elsewhere, { 'if-none-match': '"1"' }, () => file('"1"'))
    expect([status, arrived]).toEqual([304, [['HEAD', {}]]])
  })

  test('of another origin comes anew when its version is another, or is not told', async () => {
    const changed = await asked(elsewhere, { 'if-none-match': '"1"' }, () => file('"2"'))
    expect([changed.status, changed.arrived.map(([method]) => method)]).toEqual([200, ['HEAD', 'GET']])
    const hidden = await asked(elsewhere, { 'if-none-match': '"1"' }, () => new Response('{}'))
    expect([hidden.status, hidden.text]).toEqual([200, '{}'])
  })

  test('is known by its date where the tag is not told', async () => {
    const date = 'Sat, 21 Nov 2026 12:00:00 GMT'
    const dated = () => new Response('{}', { headers: { 'last-modified': date } })
    expect((await asked(elsewhere, { 'if-modified-since': date }, dated)).status).toBe(304)
  })

  test.each([here, elsewhere])('counts as unchanged where nobody answers: %s', async address => {
    expect((await asked(address, { 'if-none-match': '"1"' }, down)).status).toBe(304)
  })
})

describe('the rest of a file of another origin', () => {
  const rest = { range: 'bytes=9-', 'if-range': '"1"' }
  const part = (etag: string): Response => file(etag, { status: 206, headers: { etag } })

  test('is asked for when it is still the same', async () => {
    const { status, arrived } = await asked(elsewhere, rest, ([method]) =>
      method === 'HEAD' ? file('"1"') : part('"1"'),
    )
    expect([status, arrived]).toEqual([
      206,
      [
        ['HEAD', {}],
        ['GET', { range: 'bytes=9-' }],
      ],
    ])
  })

  test('gives way to the whole when it is another', async () => {
    const { status, arrived } = await asked(elsewhere, rest, () => file('"2"'))
    expect([status, arrived.at(-1)]).toEqual([200, ['GET', {}]])
  })

  test('gives way to the whole when it became another meanwhile', async () => {
    const answers = [file('"1"'), part('"2"'), file('"2"')]
    const { status, arrived } = await asked(elsewhere, rest, (_, count) => answers[count - 1] ?? down())
    expect([status, arrived.at(-1)]).toEqual([200, ['GET', {}]])
  })
})

test('a failure of another origin says what may be missing, one of this origin what the browser said', async () => {
  await expect(asked(elsewhere, {}, down)).rejects.toThrow(/https:\/\/models\.test .*Access-Control-Allow-Origin/)
  await expect(asked(here, {}, down)).rejects.toThrow(/^Failed to fetch$/)
})

test('an abort stays an abort', async () => {
  const controller = new AbortController()
  controller.abort()
  const ask = async (_: unknown, init?: RequestInit): Promise<Response> => {
    init?.signal?.throwIfAborted()
    return new Response()
  }
  const asking = fileFetch(ask, page)(elsewhere, { headers: { 'if-none-match': '"1"' }, signal: controller.signal })
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' })
})
