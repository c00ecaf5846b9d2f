import { completion, cutText } from './chat-answer.ts'
import { type Exchange, type Fault, htmlPage, later, refuse, sendJson } from './fault.ts'

const refusals = (status: number): Fault => ({
  name: `${status}`,
  owed: 'error',
  spoil: ({ response }) => refuse(response, status),
})

const json =
  (body: (exchange: Exchange) => string): Fault['spoil'] =>
  exchange =>
    sendJson(exchange.response, body(exchange))

/** The first half of a whole answer, its length announced. */
const half = ({ response, text }: Exchange, then: () => void): void => {
  const body = completion(text)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.write(body.slice(0, body.length / 2), then)
}

/** Every way in which a request that is answered in one piece goes wrong. */
export const plainFaults: readonly Fault[] = [
  { name: 'no fault', owed: 'answer', rate: 0, spoil: json(({ text }) => completion(text)) },
  {
    name: '429, Retry-After in seconds',
    owed: 'answer',
    spoil: ({ response, timing }) => refuse(response, 429, { 'retry-after': `${timing.retryAfterSeconds}` }),
  },
  { name: '429, no header', owed: 'answer', spoil: ({ response }) => refuse(response, 429) },
  {
    name: '429, Retry-After as HTTP date',
    owed: 'answer',
    spoil({ response, timing }) {
      // A date has no milliseconds: the next whole second, so that it is never too early.
      const at = Math.ceil((Date.now() + timing.retryAfterSeconds * 1000) / 1000) * 1000
      refuse(response, 429, { 'retry-after': new Date(at).toUTCString() })
    },
  },
  {
    name: '429, Retry-After 3600 s (20 %, n = 60)',
    owed: 'error',
    rate: 0.2,
    calls: 60,
    spoil: ({ response }) => refuse(response, 429, { 'retry-after': '3600' }),
  },
  { name: '500', owed: 'answer', spoil: ({ response }) => refuse(response, 500) },
  { name: '503', owed: 'answer', spoil: ({ response }) => refuse(response, 503) },
  { name: 'connection reset', owed: 'answer', spoil: ({ response }) => void response.socket?.resetAndDestroy() },
  { name: 'malformed JSON in a 200', owed: 'answer', spoil: json(({ text }) => completion(text).replace(',', ',,')) },
  {
    name: 'body cut, then reset',
    owed: 'answer',
    spoil: exchange => half(exchange, () => later(exchange.response, 5, () => exchange.response.destroy())),
  },
  {
    name: 'answer that comes too late',
    owed: 'answer',
    isSlow: true,
    spoil: ({ response, text, timing }) => later(response, timing.slowMs, () => sendJson(response, completion(text))),
  },
  {
    name: 'half a body, then silence',
    owed: 'answer',
    isSlow: true,
    spoil: exchange =>
      half(exchange, () => later(exchange.response, exchange.timing.slowMs, () => exchange.response.destroy())),
  },
  {
    name: 'format: code fence with a trailing comma around JSON (20 %)',
    owed: 'answer',
    rate: 0.2,
    format: 'json',
    spoil: json(({ text }) => completion(`\`\`\`json\n${text.replace(/}$/, ',\n}')}\n\`\`\``)),
  },
  {
    name: 'format: field header in bold instead of its marker (20 %)',
    owed: 'answer',
    rate: 0.2,
    spoil: json(({ text }) =>
      completion(text.replace('[[ ## team ## ]]', '**Team:**').replace('[[ ## quote ## ]]', '**Quote:**')),
    ),
  },
  {
    name: 'format: text around the answer (20 %)',
    owed: 'answer',
    rate: 0.2,
    spoil: json(({ text }) => completion(`Sure! Here is the assignment.\n\n${text}\n\nLet me know if I can help.`)),
  },
  {
    name: 'format: text around JSON (20 %)',
    owed: 'answer',
    rate: 0.2,
    format: 'json',
    spoil: json(({ text }) => completion(`Sure! Here is the assignment:\n\n${text}\n\nLet me know if I can help.`)),
  },
  {
    name: '200 with an HTML page',
    owed: 'answer',
    spoil: ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end(htmlPage),
  },
  {
    name: 'right body, content-type text/plain',
    owed: 'answer',
    spoil: ({ response, text }) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(completion(text)),
  },
  { name: 'content ""', owed: 'answer', spoil: json(() => completion('')) },
  { name: 'content null', owed: 'answer', spoil: json(() => completion(null)) },
  {
    name: 'finish_reason content_filter, text cut',
    owed: 'error',
    spoil: json(({ text }) => completion(cutText(text), 'content_filter')),
  },
  {
    name: 'finish_reason length, text cut',
    owed: 'error',
    spoil: json(({ text }) => completion(cutText(text), 'length')),
  },
  { name: 'choices: []', owed: 'answer', spoil: json(() => '{"id": "chatcmpl-1", "choices": []}') },
  {
    name: '200 with an error object',
    owed: 'answer',
    spoil: json(() => '{"error": {"message": "The server is overloaded.", "type": "server_error"}}'),
  },
  refusals(400),
  refusals(401),
  refusals(403),
  refusals(404),
]
