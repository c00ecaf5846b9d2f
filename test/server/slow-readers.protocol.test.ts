import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ModelEvent } from '../../src/ports/language-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { eventsOf } from '../modules/server-sent-events.ts'
import { bearer, json, labeler, served } from './served.ts'

// The app behind real sockets: who reads slowly holds the model back, who goes ends it.

const piece = 'x'.repeat(2 ** 16)
let pieces = 0
let told = 0
let signal: AbortSignal | undefined

/** A model that says a lot, as fast as it is listened to. */
const talkative = {
  ...scriptedModel([]),
  async *stream(request: { readonly signal?: AbortSignal }): AsyncGenerator<ModelEvent> {
    told = 0
    signal = request.signal
    yield { type: 'text', index: 0, delta: '[[ ## label ## ]]\n' }
    for (; told < pieces; told += 1) {
      request.signal?.throwIfAborted()
      yield { type: 'text', index: 0, delta: piece }
      await new Promise(resolve => setTimeout(resolve, 0))
    }
    yield { type: 'text', index: 0, delta: '\n\n[[ ## completed ## ]]' }
    yield {
      type: 'usage',
      usage: { calls: 1, cachedCalls: 0, attempts: 1, inputTokens: 1, outputTokens: 1, reasoningTokens: 0 },
    }
    yield { type: 'finish', index: 0, reason: 'stop' }
  },
}

const { app, upload, failures } = served({ model: talkative })
const server = createServer(async (request, response) => {
  const leaving = new AbortController()
  response.on('close', () => leaving.abort())
  const answer = await app.fetch(
    new Request(`http://localhost${request.url}`, {
      ...{ method: request.method ?? 'GET', body: Readable.toWeb(request), duplex: 'half', signal: leaving.signal },
      headers: new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    } as RequestInit),
    {},
  )
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else
    Readable.fromWeb(answer.body as never)
      .on('error', () => response.destroy())
      .pipe(response)
})
let url = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/programs/a/run?events=all`
  await upload('a', await labeler())
})
afterAll(async () => {
  const closed = new Promise(resolve => server.close(resolve))
  server.closeAllConnections()
  await closed
})

const ask = (leaving = new AbortController()) =>
  fetch(url, {
    method: 'POST',
    headers: { ...bearer, ...json },
    body: JSON.stringify({ input: { text: 'x' }, stream: true }),
    signal: leaving.signal,
  })

describe('a stream of all events over a socket', () => {
  test('comes whole to who reads', async () => {
    pieces = 20
    const events = eventsOf(await (await ask()).text())
    const names = events.map(({ event }) => event)
    expect([names[0], names.at(-2), names.at(-1)]).toEqual(['predictor-started', 'predictor-finished', 'prediction'])
    expect(events.at(-1)?.data).toMatchObject({ prediction: { label: piece.repeat(pieces) } })
  })

  test('holds the model back for a reader that does not read', async () => {
    pieces = 20_000
    const leaving = new AbortController()
    await ask(leaving)
    // The buffers of both sockets fill, and nothing more is asked of the model.
    let before = -1
    const stands = (): boolean => {
      const stood = told === before && told > 0
      before = told
      return stood
    }
    await expect.poll(stands, { interval: 500, timeout: 60_000 }).toBe(true)
    expect(told).toBeLessThan(pieces)
    leaving.abort()
  })

  test('ends what is in flight when its reader goes in the middle, and reports no failure', async () => {
    pieces = 20_000
    const leaving = new AbortController()
    const response = await ask(leaving)
    await response.body?.getReader().read()
    leaving.abort()
    await expect.poll(() => signal?.aborted, { timeout: 60_000 }).toBe(true)
    expect(told).toBeLessThan(pieces)
    expect(failures).toEqual([])
  })
})
