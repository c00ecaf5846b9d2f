import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anthropic } from '../../src/models/anthropic.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import { retried } from '../../src/models/retried.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { fixture } from './fixtures/fixture-server.ts'
import { toldClock } from './told-clock.ts'

// The faults that pass, of the laboratory, before a client that speaks the Messages API.

const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }
const right = fixture('anthropic/text')
const stream = fixture('anthropic/text.stream')

type Handler = (response: ServerResponse, isStream: boolean) => void

const answer: Handler = (response, isStream) => {
  const { status, headers, body } = isStream ? stream : right
  response.writeHead(status, headers).end(body)
}

let handle: Handler = answer
let requests = 0
let baseUrl = ''

const server = createServer((incoming, response) => {
  let body = ''
  incoming.setEncoding('utf8').on('data', piece => {
    body += piece
  })
  incoming.on('end', () => {
    requests += 1
    const now = handle
    handle = answer
    now(response, body.includes('"stream":true'))
  })
})

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterAll(async () => {
  const ended = new Promise(resolve => server.close(resolve))
  server.closeAllConnections()
  await ended
})

const bodyOf = (isStream: boolean): string => (isStream ? stream.body : right.body)

const passing: readonly [string, Handler][] = [
  ['429 with seconds', response => response.writeHead(429, { 'retry-after': '0' }).end('{}')],
  ['529', response => response.writeHead(529).end(fixture('anthropic/overloaded').body)],
  ['500 with a page', response => response.writeHead(500).end('<html></html>')],
  ['a reset', response => void response.socket?.resetAndDestroy()],
  ['broken JSON', (response, isStream) => response.end(bodyOf(isStream).replace('":', '":,'))],
  ['a body that is cut before it says anything', (response, isStream) => response.end(bodyOf(isStream).slice(0, 60))],
  ['silence', () => {}],
  ['an HTML page', response => response.end('<!doctype html><title>Sign in</title>')],
  ['an error in a 200', response => response.end(fixture('anthropic/overloaded').body)],
  [
    'an answer that says nothing',
    (response, isStream) => response.end(fixture(`anthropic/no-content${isStream ? '.stream' : ''}`).body),
  ],
]

test.each(passing)('%s, then an answer, is an answer after two requests', async (_, fault) => {
  for (const method of ['generate', 'stream'] as const) {
    const clock = toldClock()
    const model = retried(anthropic({ model: 'claude', baseUrl, clock }), { baseDelayMs: 1, attemptDeadlineMs: 400 })
    handle = (response, isStream) => {
      fault(response, isStream)
      if (!response.writableEnded) clock.ring()
    }
    requests = 0
    const builder = responseBuilder()
    if (method === 'stream') for await (const event of model.stream(request)) builder.add(event)
    const response = method === 'stream' ? builder.response() : await model.generate(request)
    expect([response?.completions[0].text, response?.usage.attempts]).toEqual(['Paris 🗼 is the capital.', 2])
    expect(requests).toBe(2)
  }
})

test('an answer as text/plain is an answer, and a stream too where it was not asked for', async () => {
  const model = anthropic({ model: 'claude', baseUrl })
  handle = response => response.writeHead(200, { 'content-type': 'text/plain' }).end(right.body)
  expect((await model.generate(request)).completions[0].finishReason).toBe('stop')
  const builder = responseBuilder()
  handle = response => response.end(right.body)
  for await (const event of model.stream(request)) builder.add(event)
  expect(builder.response()?.completions[0].text).toBe('Paris 🗼 is the capital.')
})
