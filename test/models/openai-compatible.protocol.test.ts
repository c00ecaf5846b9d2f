import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { failure } from './failure.ts'
import { toldClock } from './told-clock.ts'

// A real server on a real socket: what fetch doubles cannot show.

const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }
const key = 'sk-protocol-0123456789'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

let handle: Handler = () => {}
let requests = 0
let closed = 0
let origin = ''

const server = createServer((incoming, response) => {
  requests += 1
  response.on('close', () => {
    if (!response.writableFinished) closed += 1
  })
  let body = ''
  incoming.on('data', piece => {
    body += piece
  })
  incoming.on('end', () => handle(incoming, response, body))
})

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  const ended = new Promise(resolve => server.close(resolve))
  server.closeAllConnections()
  await ended
})
afterEach(() => {
  requests = 0
  closed = 0
})

const model = (options: Partial<Parameters<typeof openaiCompatible>[0]> = {}) =>
  openaiCompatible({ model: 'm', apiKey: key, baseUrl: `${origin}/v1`, ...options })

const completion = (content = 'Paris') =>
  JSON.stringify({ choices: [{ index: 0, message: { content }, finish_reason: 'stop' }] })

const json: Handler = (_, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(completion())
}

const event = (delta: object, reason: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`

const readAll = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const one of events) seen.push(one)
  return seen
}

const until = (condition: () => boolean): Promise<void> => expect.poll(condition).toBe(true)

test('a request arrives as JSON with its key, and its answer comes back', async () => {
  let seen: unknown
  handle = (incoming, response, body) => {
    seen = [incoming.method, incoming.url, incoming.headers.authorization, JSON.parse(body)]
    json(incoming, response, body)
  }
  expect((await model().generate(request)).completions[0].text).toBe('Paris')
  expect(seen).toEqual([
    'POST',
    '/v1/chat/completions',
    `Bearer ${key}`,
    { model: 'm', messages: [{ role: 'user', content: 'Capital of France?' }] },
  ])
})

test('many calls at once get their own answers', async () => {
  handle = (_, response, body) => {
    const [{ content }] = JSON.parse(body).messages
    setTimeout(() => response.end(completion(`echo ${content}`)), Math.random() * 20)
  }
  const texts = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const { completions } = await model().generate({ messages: [{ role: 'user', content: `${index}` }] })
      return completions[0].text
    }),
  )
  expect(texts).toEqual(Array.from({ length: 40 }, (_, index) => `echo ${index}`))
})

test('a compressed answer is read, and one that swells beyond the bound is not', async () => {
  handle = (_, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync(completion('x'.repeat(1_000_000))))
  }
  expect((await model().generate(request)).completions[0].text).toHaveLength(1_000_000)
  expect(await failure(model({ maxResponseBytes: 500_000 }).generate(request))).toMatchObject({
    code: 'model/malformed',
    retryable: false,
  })
})

test('a stream is told piece by piece, as it arrives', async () => {
  let goOn = (): void => {}
  handle = async (_, response) => {
    response.setHeader('content-type', 'text/event-stream')
    response.write(event({ content: 'Pa' }))
    await new Promise<void>(resolve => {
      goOn = resolve
    })
    response.end(`${event({ content: 'ris' })}${event({}, 'stop')}data: [DONE]\n\n`)
  }
  const seen: string[] = []
  for await (const one of model().stream(request)) {
    seen.push(one.type === 'text' ? one.delta : one.type)
    goOn() // only after the first piece was seen does the server send the rest
  }
  expect(seen).toEqual(['Pa', 'ris', 'usage', 'finish'])
})

test('an abort closes the socket of a call and of a stream', async () => {
  handle = () => {}
  for (const call of [() => model().generate, () => async (one: ModelRequest) => readAll(model().stream(one))]) {
    const controller = new AbortController()
    const before = { requests, closed }
    const ended = failure(call()({ ...request, signal: controller.signal }))
    await until(() => requests > before.requests)
    controller.abort()
    expect(await ended).toBe(controller.signal.reason)
    await until(() => closed > before.closed)
  }
})

test('a stream that is left closes its socket', async () => {
  handle = (_, response) => void response.write(event({ content: 'Pa' }))
  for await (const one of model().stream(request)) {
    expect(one.type).toBe('text')
    break
  }
  await until(() => closed > 0)
})

test.each<[string, Handler]>([
  ['never answers', () => {}],
  ['stops after the headers', (_, response) => response.writeHead(200).flushHeaders()],
  ['stops in the body', (_, response) => void response.writeHead(200).write('{"choices": [')],
  ['stops in an error', (_, response) => void response.writeHead(500).write('{"err')],
])('a server that %s meets the deadline, and its socket is closed', async (_, handler) => {
  const clock = toldClock()
  handle = (...given) => {
    handler(...given)
    clock.ring()
  }
  expect(await failure(model({ deadlineMs: 80, clock }).generate(request))).toMatchObject({ code: 'model/timeout' })
  await until(() => closed > 0)
})

test('a stream that falls silent meets the deadline', async () => {
  const clock = toldClock()
  handle = (_, response) => void response.write(event({ content: 'Pa' }))
  const seen: ModelEvent[] = []
  const reading = (async () => {
    for await (const one of model({ deadlineMs: 80, clock }).stream(request)) {
      seen.push(one)
      clock.ring()
    }
  })()
  expect(await failure(reading)).toMatchObject({ code: 'model/timeout' })
  expect(seen.map(({ type }) => type)).toEqual(['text'])
})

test.each<[string, Handler]>([
  ['resets the connection', (_, response) => response.destroy()],
  [
    'cuts a body of known length',
    (_, response) => {
      response.writeHead(200, { 'content-length': '500' })
      response.write(completion().slice(0, 20), () => response.destroy())
    },
  ],
  [
    'cuts a stream',
    (_, response) => {
      response.write(event({ content: 'Pa' }), () => setTimeout(() => response.destroy(), 10))
    },
  ],
])('a server that %s is a failure of the transport', async (_, handler) => {
  handle = handler
  for (const work of [() => model().generate(request), () => readAll(model().stream(request))]) {
    expect(await failure(work())).toMatchObject({ code: 'model/transport', retryable: true })
  }
})

test('nobody at the address is a failure of the transport that shows no key', async () => {
  const error = await failure(model({ baseUrl: 'http://127.0.0.1:9/v1' }).generate(request))
  expect(error).toMatchObject({ code: 'model/transport', provider: 'openai', model: 'openai/m' })
  expect(String(error.stack)).not.toContain(key)
})

test('a redirect is refused, and the key does not follow it', async () => {
  handle = (_, response) => response.writeHead(307, { location: `${origin}/elsewhere` }).end()
  expect(await failure(model().generate(request))).toMatchObject({ code: 'model/request', status: 307 })
  expect(requests).toBe(1)
})

/** What may go wrong once and be right the next time. */
const transient: [string, Handler][] = [
  ['429 with seconds', (_, response) => response.writeHead(429, { 'retry-after': '0' }).end('{}')],
  ['429 with a date', (_, response) => response.writeHead(429, { 'retry-after': new Date().toUTCString() }).end('{}')],
  ['429 alone', (_, response) => response.writeHead(429).end()],
  ['500', (_, response) => response.writeHead(500).end('oops')],
  ['503', (_, response) => response.writeHead(503).end('<html></html>')],
  ['a reset', (_, response) => response.destroy()],
  ['broken JSON', (_, response) => response.end('{"choices": [}')],
  ['cut JSON', (_, response) => response.end(completion().slice(0, 30))],
  ['silence', () => {}],
  ['half a body and silence', (_, response) => void response.write(completion().slice(0, 30))],
  ['an HTML page', (_, response) => response.end('<!doctype html><title>Sign in</title>')],
  ['an error object in a 200', (_, response) => response.end('{"error": {"message": "busy"}}')],
  ['null content', (_, response) => response.end(JSON.stringify({ choices: [{ message: { content: null } }] }))],
  ['no choices', (_, response) => response.end('{"choices": []}')],
]

test.each(transient)('%s, then an answer, is an answer after two requests', async (_, fault) => {
  for (const method of ['generate', 'stream'] as const) {
    const clock = toldClock()
    const patient = retried(model({ clock }), { baseDelayMs: 1, attemptDeadlineMs: 150 })
    handle = (incoming, response, body) => {
      handle = json
      fault(incoming, response, body)
      if (!response.writableEnded) clock.ring()
    }
    requests = 0
    if (method === 'generate') {
      const { completions, usage } = await patient.generate(request)
      expect([completions[0].text, usage.attempts]).toEqual(['Paris', 2])
    } else {
      const events = await readAll(patient.stream(request))
      expect(events.find(({ type }) => type === 'text')).toMatchObject({ delta: 'Paris' })
    }
    expect(requests).toBe(2)
  }
})

test.each([400, 401, 403, 404, 422])('status %d is final', async status => {
  handle = (_, response) => response.writeHead(status).end('{}')
  expect(await failure(retried(model()).generate(request))).toMatchObject({ status, retryable: false, attempts: 1 })
  expect(requests).toBe(1)
})

test('a server that is down costs four requests and a clear error', async () => {
  handle = (_, response) => response.writeHead(503).end()
  const error = await failure(retried(model(), { baseDelayMs: 1 }).generate(request))
  expect(error).toMatchObject({ code: 'model/server', status: 503, attempts: 4 })
  expect(requests).toBe(4)
})

test('an endless line in a stream is stopped at the bound', async () => {
  handle = async (_, response) => {
    response.write('data: ')
    const piece = 'x'.repeat(65_536)
    while (!response.destroyed) {
      if (!response.write(piece)) await new Promise(resolve => response.once('drain', resolve).once('close', resolve))
    }
  }
  const error = await failure(readAll(model({ maxResponseBytes: 2 ** 20 }).stream(request)))
  expect(error).toMatchObject({ code: 'model/malformed', retryable: false })
  await until(() => closed > 0)
})

test('nothing keeps the process awake after an answer', async () => {
  handle = json
  await model().generate(request)
  handle = (_, response) => response.end(`${event({ content: 'Pa' }, 'stop')}data: [DONE]\n\n`)
  await readAll(model().stream(request))
  expect(process.getActiveResourcesInfo().filter(name => name === 'Timeout').length).toBeLessThan(5)
})
