import { describe, expect, test } from 'vitest'
import { type ErrorCode, errorCodes } from '../../src/errors/codes.ts'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { toldFailure } from '../../src/server/error-response.ts'
import { eventsOf } from '../modules/server-sent-events.ts'
import { errorCode, labeler, served } from './served.ts'

const upstreamKey = 'sk-UPSTREAM+KEY/0123456789=='
const prompt = 'SECRET-PROMPT'

describe('a failure', () => {
  test.each([
    ['model/rate-limit', 429, 'rate_limit_error'],
    ['model/timeout', 504, 'server_error'],
    ['model/server', 503, 'server_error'],
    ['model/transport', 502, 'server_error'],
    ['model/malformed', 502, 'server_error'],
    ['model/authentication', 502, 'server_error'],
    ['model/truncated', 502, 'server_error'],
    ['model/context-window', 400, 'invalid_request_error'],
    ['prediction/unparsable', 502, 'server_error'],
    ['storage/unavailable', 503, 'server_error'],
    ['configuration/missing', 500, 'server_error'],
  ] as const)('%s is told as %i', (code, status, type) => {
    const failure = toldFailure(new KkachiError(code, 'What the provider said.'))
    expect([failure.status, failure.body.error.type]).toEqual([status, type])
  })

  test('has a status and words for every code there is', () => {
    for (const code of Object.keys(errorCodes) as ErrorCode[]) {
      const { status, body } = toldFailure(new KkachiError(code, 'Words.'))
      expect(status).toBeGreaterThanOrEqual(400)
      expect(body.error).toEqual({ message: expect.stringMatching(/\S/), type: expect.any(String), code, param: null })
    }
  })

  test('tells how long to wait', () => {
    const error = new ModelError('model/rate-limit', 'Wait.', { model: 'm', retryAfterMs: 1500 })
    expect(toldFailure(error).headers).toEqual({ 'retry-after': '2' })
  })

  test('that nobody foresaw tells nothing of itself', async () => {
    const { run, upload, failures } = served({
      model: () => {
        throw new TypeError('cannot read SECRET of /home/somebody')
      },
    })
    await upload('a', await labeler())
    const response = await run('a', { input: { text: 'x' } })
    const text = await response.text()
    expect([response.status, JSON.parse(text).error.code]).toEqual([500, 'server/internal'])
    expect(text).not.toMatch(/SECRET|home/)
    expect(failures).toEqual([
      { requestId: response.headers.get('x-request-id'), status: 500, code: 'server/internal' },
    ])
  })

  test('of the settings says what to do', async () => {
    const { run, upload } = served({
      model: () => {
        throw new ConfigurationError('configuration/missing', 'Set OPENAI_API_KEY.', { option: 'OPENAI_API_KEY' })
      },
    })
    await upload('a', await labeler())
    const response = await run('a', { input: { text: 'x' } })
    expect([response.status, await response.json()]).toMatchObject([500, { error: { message: 'Set OPENAI_API_KEY.' } }])
  })
})

/** A provider that answers all there is to leak. */
const leaky = (status: number): Response => {
  const forms = [upstreamKey, encodeURIComponent(upstreamKey), btoa(upstreamKey), upstreamKey.slice(0, 8), prompt]
  const message = `${forms.join(' ')} at /home/somebody/provider.ts:1:1`
  return new Response(JSON.stringify({ error: { message, code: 'x' } }), {
    status,
    headers: { 'x-request-id': upstreamKey },
  })
}

describe('14. what a provider says in its refusals', () => {
  test.each([200, 400, 401, 403, 404, 408, 409, 413, 429, 500, 502, 503, 504, 302])(
    'with status %i reaches neither caller nor log',
    async status => {
      const model = openaiCompatible({ model: 'm', apiKey: upstreamKey, fetch: async () => leaky(status) })
      const { run, upload, failures } = served({ model })
      await upload('a', await labeler(`Do as ${prompt} says.`))
      for (const stream of [false, true]) {
        const response = await run('a', { input: { text: prompt }, stream })
        const told = `${await response.text()}${JSON.stringify([...response.headers])}${JSON.stringify(failures)}`
        expect(response.status).toBeGreaterThanOrEqual(400)
        expect(told).not.toContain(upstreamKey.slice(0, 8))
        expect(told).not.toContain(encodeURIComponent(upstreamKey).slice(0, 20))
        expect(told).not.toContain(btoa(upstreamKey).slice(0, 10))
        expect(told).not.toMatch(/SECRET|\/home|\.ts:/)
      }
    },
  )
})

const whole = (choice: object): string =>
  JSON.stringify({ id: 'c', object: 'chat.completion', model: 'm', choices: [{ index: 0, ...choice }] })

const chunk = (choice: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, ...choice }] })}\n\n`

const said = '[[ ## label ## ]]\nfine'

describe('16. an answer that is none', () => {
  test.each([
    ['cut at the token limit', whole({ message: { role: 'assistant', content: said }, finish_reason: 'length' })],
    ['filtered', whole({ message: { role: 'assistant', content: said }, finish_reason: 'content_filter' })],
    ['empty', whole({ message: { role: 'assistant', content: '' }, finish_reason: 'stop' })],
    ['null', whole({ message: { role: 'assistant', content: null }, finish_reason: 'stop' })],
    ['without choices', '{"id": "c", "choices": []}'],
    ['an error in a 200', '{"error": {"message": "no"}}'],
    ['half a document', whole({ message: { role: 'assistant', content: said } }).slice(0, -20)],
    ['nothing', ''],
  ])('(%s) is an error', async (_, body) => {
    const fetch = async () => new Response(body, { headers: { 'content-type': 'application/json' } })
    const { run, upload } = served({ model: openaiCompatible({ model: 'm', fetch }) })
    await upload('a', await labeler())
    const response = await run('a', { input: { text: 'x' } })
    expect([502, 503]).toContain(response.status)
    expect(await errorCode(response)).toMatch(/^(model|prediction)\//)
  })

  test.each([
    ['ends without finish and [DONE]', chunk({ delta: { content: said } })],
    [
      'ends at the token limit',
      `${chunk({ delta: { content: said } })}${chunk({ delta: {}, finish_reason: 'length' })}data: [DONE]\n\n`,
    ],
    [
      'is filtered',
      `${chunk({ delta: { content: said } })}${chunk({ delta: {}, finish_reason: 'content_filter' })}data: [DONE]\n\n`,
    ],
    ['breaks off in an event', `${chunk({ delta: { content: said } })}data: {"id": "c", "cho`],
    ['has an error inside', `${chunk({ delta: { content: said } })}data: {"error": {"message": "no"}}\n\n`],
    ['is empty', ''],
  ])('(a stream that %s) is an error', async (_, body) => {
    const fetch = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    const { run, upload } = served({ model: openaiCompatible({ model: 'm', fetch }) })
    await upload('a', await labeler())
    const response = await run('a', { input: { text: 'x' }, stream: true })
    if (response.status !== 200) {
      expect([502, 503]).toContain(response.status)
      return
    }
    const events = eventsOf(await response.text())
    expect(events.at(-1)?.event).toBe('error')
    expect(events.map(({ event }) => event)).not.toContain('prediction')
  })
})
