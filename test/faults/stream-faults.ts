import type { ServerResponse } from 'node:http'
import { closingEvents, contentEvent, contentEvents, cutText } from './chat-answer.ts'
import { type Exchange, type Fault, htmlPage, later, refuse } from './fault.ts'

const open = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })

/** A whole stream of a text, with what is said instead of its right end. */
export const sendStream = (response: ServerResponse, text: string, reason = 'stop'): void => {
  open(response).end([...contentEvents(text), ...closingEvents(reason)].join(''))
}

/** The first half of a stream, sent before `then` decides how it goes on. */
const begin = ({ response, text }: Exchange, then: (rest: readonly string[]) => void): void => {
  const events = contentEvents(text)
  const middle = Math.floor(events.length / 2)
  open(response).write(events.slice(0, middle).join(''), () => later(response, 5, () => then(events.slice(middle))))
}

/** A stream with something else in its middle. */
const insert =
  (made: (rest: readonly string[]) => string): Fault['spoil'] =>
  exchange =>
    begin(exchange, rest => exchange.response.end([made(rest), ...rest, ...closingEvents()].join('')))

/** Every way in which a request that is answered by a stream goes wrong. */
export const streamFaults: readonly Fault[] = [
  { name: 'no fault', owed: 'answer', rate: 0, spoil: ({ response, text }) => sendStream(response, text) },
  {
    name: '429, Retry-After in seconds',
    owed: 'answer',
    spoil: ({ response, timing }) => refuse(response, 429, { 'retry-after': `${timing.retryAfterSeconds}` }),
  },
  { name: 'connection reset', owed: 'answer', spoil: ({ response }) => void response.socket?.resetAndDestroy() },
  {
    name: 'connection reset in the middle',
    owed: 'answer',
    afterOutput: true,
    spoil: exchange => begin(exchange, () => exchange.response.socket?.resetAndDestroy()),
  },
  {
    name: 'clean end in the middle, no finish_reason, no [DONE]',
    owed: 'answer',
    afterOutput: true,
    spoil: exchange => begin(exchange, () => exchange.response.end()),
  },
  {
    name: 'error object as an event',
    owed: 'answer',
    afterOutput: true,
    spoil: insert(() => 'data: {"error": {"message": "The server is overloaded.", "type": "server_error"}}\n\n'),
  },
  {
    name: 'one event with broken JSON',
    owed: 'answer',
    afterOutput: true,
    spoil: exchange => {
      const { response } = exchange
      begin(exchange, ([first = '', ...rest]) =>
        response.end([first.replace(']}', '}'), ...rest, ...closingEvents()].join('')),
      )
    },
  },
  {
    name: 'one content event sent twice',
    owed: 'undetectable',
    afterOutput: true,
    spoil: insert(([first = '']) => first),
  },
  {
    name: 'silence in the middle',
    owed: 'answer',
    afterOutput: true,
    isSlow: true,
    spoil: exchange => {
      const { response, timing } = exchange
      begin(exchange, rest =>
        later(response, timing.slowMs, () => response.end([...rest, ...closingEvents()].join(''))),
      )
    },
  },
  {
    name: '200 with an HTML page',
    owed: 'answer',
    spoil: ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end(htmlPage),
  },
  {
    name: 'right stream, content-type text/plain',
    owed: 'answer',
    spoil: ({ response, text }) =>
      void response
        .writeHead(200, { 'content-type': 'text/plain' })
        .end([...contentEvents(text), ...closingEvents()].join('')),
  },
  {
    name: 'content ""',
    owed: 'answer',
    spoil: ({ response }) => void open(response).end([contentEvent(''), ...closingEvents()].join('')),
  },
  {
    name: 'finish_reason content_filter, text cut',
    owed: 'error',
    afterOutput: true,
    spoil: ({ response, text }) => sendStream(response, cutText(text), 'content_filter'),
  },
  {
    name: 'finish_reason length, text cut',
    owed: 'error',
    afterOutput: true,
    spoil: ({ response, text }) => sendStream(response, cutText(text), 'length'),
  },
]
