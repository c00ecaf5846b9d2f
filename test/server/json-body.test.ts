import { describe, expect, test } from 'vitest'
import { jsonBody } from '../../src/server/json-body.ts'
import { errorCode, served } from './served.ts'

/** A body that comes in chunks of 1000 bytes and has no end; tells how much of it was taken. */
const endless = () => {
  let taken = 0
  let closed = false
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken += 1000
      controller.enqueue(new Uint8Array(1000).fill(0x20))
    },
    cancel() {
      closed = true
    },
  })
  return { stream, taken: () => taken, closed: () => closed }
}

const request = (
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = {},
): Request =>
  new Request('http://localhost/', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit)

describe('a body', () => {
  test('is read as text and as what it says', async () => {
    expect(await jsonBody(request('{"a": "ü"}'), 100)).toEqual({ text: '{"a": "ü"}', value: { a: 'ü' } })
  })

  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('may be %s', async type => {
    expect((await jsonBody(request('1', { 'content-type': type }), 100)).value).toBe(1)
  })

  test.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json; charset=latin1',
    'application/octet-stream',
    ' ',
  ])('3. may not be %s', async type => {
    const { stream, taken } = endless()
    await expect(jsonBody(request(stream, { 'content-type': type }), 100)).rejects.toMatchObject({ status: 415 })
    expect(taken()).toBeLessThan(3000)
  })

  test('3. may not come without a type, on any route that takes one', async () => {
    const { ask } = served()
    for (const [path, method] of [
      ['/programs/a', 'PUT'],
      ['/programs/a/run', 'POST'],
    ] as const) {
      const response = await ask(path, { method, body: '{}', headers: { 'content-type': 'text/plain' } })
      expect([response.status, await errorCode(response)]).toEqual([415, 'request/media-type'])
    }
  })

  test('8. is not unpacked', async () => {
    await expect(jsonBody(request('{}', { 'content-encoding': 'gzip' }), 100)).rejects.toMatchObject({ status: 415 })
  })

  test('8. of chunks without an end is left at the limit', async () => {
    const { stream, taken, closed } = endless()
    await expect(jsonBody(request(stream), 10_000)).rejects.toMatchObject({ status: 413 })
    expect(taken()).toBeLessThan(14_000)
    expect(closed()).toBe(true)
  })

  test('8. that says it is too large is not read', async () => {
    const { stream, taken } = endless()
    const lying = new Proxy(request(stream), {
      get: (target, name) =>
        name === 'headers'
          ? new Headers({ 'content-type': 'application/json', 'content-length': '10001' })
          : Reflect.get(target, name, target),
    })
    await expect(jsonBody(lying, 10_000)).rejects.toMatchObject({ status: 413 })
    expect(taken()).toBeLessThan(3000)
  })

  test('8. that lies about its length is left at the limit', async () => {
    const { stream, taken } = endless()
    const lying = new Proxy(request(stream), {
      get: (target, name) =>
        name === 'headers'
          ? new Headers({ 'content-type': 'application/json', 'content-length': '2' })
          : Reflect.get(target, name, target),
    })
    await expect(jsonBody(lying, 10_000)).rejects.toMatchObject({ status: 413 })
    expect(taken()).toBeLessThan(14_000)
  })

  test('8. at the limit is taken, and one byte more is not', async () => {
    const text = `"${'x'.repeat(98)}"`
    expect((await jsonBody(request(text), 100)).text).toBe(text)
    await expect(jsonBody(request(`${text} `), 100)).rejects.toMatchObject({ status: 413 })
  })

  test.each([
    ['a byte that is no UTF-8', [0x22, 0xff, 0x22]],
    ['half a character at its end', [0x22, 0xc3]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x31]],
    ['half a surrogate pair in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('11. with %s is refused', async (_, bytes) => {
    await expect(jsonBody(request(new Uint8Array(bytes)), 100)).rejects.toMatchObject({ status: 400 })
  })
})
