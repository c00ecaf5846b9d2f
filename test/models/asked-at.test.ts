import { describe, expect, test } from 'vitest'
import { ModelError, openaiCompatible } from '../../src/index.ts'
import { testClock } from '../../src/testing/index.ts'

const key = 'Zq7vR2x9KpW4mT8s'
const request = { messages: [{ role: 'user' as const, content: 'Say hello to the secretary.' }] }

/** What a call fails with where `fetch` does as it is told. */
const failureOf = async (
  send: () => Promise<Response>,
  baseUrl = 'https://models.example:8443/secret-path/v1?token=Tq81ZxLm20vB',
): Promise<ModelError> => {
  const model = openaiCompatible({ model: 'm', baseUrl, apiKey: key, fetch: send })
  const error: unknown = await model.generate(request).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ModelError) return error
  throw error
}

const refused = async (): Promise<never> => {
  const cause = Object.assign(new Error(`connect ECONNREFUSED, key ${key}`), { code: 'ECONNREFUSED' })
  throw new TypeError('fetch failed', { cause })
}

describe('where a provider was asked', () => {
  test('stands in a failed connection, with the name the platform has for it', async () => {
    const error = await failureOf(refused)
    expect(error).toMatchObject({ code: 'model/transport', origin: 'https://models.example:8443', retryable: true })
    expect(error.message).toBe(
      'The connection to openai/m at https://models.example:8443 failed or was cut (ECONNREFUSED). Check baseUrl and the network, or try again.',
    )
  })

  test.each([
    ['a name of many lines', 'E\nX'],
    ['a name that is a sentence', 'no such host as models.example'],
    ['a name that is a number', 11],
  ])('%s is not told', async (_, code) => {
    const send = () => Promise.reject(new TypeError('failed', { cause: Object.assign(new Error('x'), { code }) }))
    expect((await failureOf(send)).message).toMatch(/failed or was cut\. Check/)
  })

  test.each([
    ['a redirect', new Response(null, { status: 307 })],
    ['an address where nothing is', new Response('{"error": {"message": "Not found"}}', { status: 404 })],
    ['a page of HTML', new Response('<!doctype html><p>Welcome', { status: 200 })],
  ])('stands in what is said of %s', async (_, response) => {
    const error = await failureOf(async () => response)
    expect(error.origin).toBe('https://models.example:8443')
    expect(error.message).toMatch(/^openai\/m at https:\/\/models\.example:8443 /)
  })

  test('is evidence alone where the place is not what went wrong', async () => {
    const error = await failureOf(async () => new Response('{"error": {"message": "Busy"}}', { status: 503 }))
    expect(error.origin).toBe('https://models.example:8443')
    expect(error.message).toMatch(/^openai\/m failed \(status 503/)
  })

  test('stands in a timeout', async () => {
    const clock = testClock()
    const model = openaiCompatible({ model: 'm', clock, fetch: () => new Promise(() => {}) })
    const failed = model.generate({ ...request, deadlineMs: 50 }).catch((error: unknown) => error)
    await clock.advance(50)
    expect(await failed).toMatchObject({
      code: 'model/timeout',
      origin: 'https://api.openai.com',
      message: 'openai/m at https://api.openai.com did not answer within 50 ms. Raise deadlineMs, or try again.',
    })
  })

  test('has no path, no query and no key, also where the host is made of one', async () => {
    for (const address of ['https://models.example/secret-path?token=Tq81ZxLm20vB', `https://${key}.example/v1`]) {
      const error = await failureOf(refused, address)
      const told = `${error.message} ${JSON.stringify(error)} ${String(error.cause)}`.toLowerCase()
      for (const secret of [key, 'Tq81ZxLm20vB', 'secret-path', 'secretary'])
        expect(told).not.toContain(secret.toLowerCase())
    }
  })
})
