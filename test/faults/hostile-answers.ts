import type { ServerResponse } from 'node:http'
import { type AnswerFormat, closingEvents, completion, contentEvent } from './chat-answer.ts'
import type { Reading } from './laboratory.ts'

/** An answer that is made to harm its reader. */
export interface HostileAnswer {
  /** As in its path. */
  readonly key: string
  readonly name: string
  readonly reading: Reading
  readonly format: AnswerFormat
  /** The code of the error that is owed; `answer` where the harmless part of it is to be read. */
  readonly owed: string
  /** Bodies under 2 MiB are `small`; `endless` ones are more than anybody should read; a `refusal` repeats its request. */
  readonly kind: 'small' | 'endless' | 'refusal'
  /** Milliseconds a call may take; the default when absent. */
  readonly deadlineMs?: number
  send(response: ServerResponse, requestBody: string): void
}

const mebibyte = 2 ** 20

/** Writes the same piece until so many bytes are sent or the client has gone, as fast as the client reads. */
const pour = (
  response: ServerResponse,
  piece: string | Buffer,
  bytes: number,
  then: () => void = () => response.end(),
) => {
  const block = Buffer.from(piece)
  let left = bytes
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= block.length
      if (!response.write(block)) {
        response.once('drain', more)
        return
      }
    }
    then()
  }
  more()
}

/** The piece as often as it fits into 64 KiB. */
const filling = (piece: string): string => piece.repeat(Math.max(1, Math.floor(65_536 / piece.length)))

const asJson = (response: ServerResponse, body: string): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

const asEvents = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' })

/** A body whose middle is poured. */
const around = (response: ServerResponse, piece: string, bytes: number): void => {
  const [head = '', tail = ''] = completion('\u0001').split('\\u0001')
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write(head)
  pour(response, filling(piece), bytes, () => response.end(tail))
}

const plain = (
  key: string,
  name: string,
  owed: string,
  send: HostileAnswer['send'],
  format: AnswerFormat = 'chat',
): HostileAnswer => ({ key, name, reading: 'run', kind: 'small', format, owed, send })

const huge = (key: string, name: string, owed: string, send: HostileAnswer['send']): HostileAnswer => ({
  ...plain(key, name, owed, send),
  kind: 'endless',
})

/** A model whose text is hostile, in an envelope that is not. */
const text = (key: string, name: string, owed: string, format: AnswerFormat, content: () => string): HostileAnswer =>
  plain(key, name, owed, response => asJson(response, completion(content())), format)

const stream = (key: string, name: string, send: (response: ServerResponse) => void): HostileAnswer => ({
  key,
  name,
  reading: 'stream',
  kind: 'small',
  format: 'chat',
  owed: 'model/malformed',
  send: response => send(asEvents(response)),
})

const poured = (key: string, name: string, piece: string, head = ''): HostileAnswer => ({
  ...stream(key, name, response => {
    if (head !== '') response.write(head)
    pour(response, filling(piece), 128 * mebibyte)
  }),
  kind: 'endless',
})

const echo = (status: number, owed: string): HostileAnswer => ({
  ...plain(`echo-${status}`, `${status} that repeats the prompt`, owed, (response, body) => {
    const message = `Not good: ${JSON.stringify(JSON.parse(body).messages)}, key sk-laboratory`
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }))
  }),
  kind: 'refusal',
})

const unreadable = 'prediction/unparsable'

/** Everything of the rows "Hostile answers", and what else a reader of untrusted bytes has to bear. */
export const hostileAnswers: readonly HostileAnswer[] = [
  echo(400, 'model/request'),
  echo(401, 'model/authentication'),
  text(
    'proto-answer',
    '`__proto__` in the answer',
    'answer',
    'json',
    () => '{"__proto__": {"polluted": 1}, "team": "sales", "quote": "q"}',
  ),
  plain('proto-envelope', '`__proto__` in the envelope', 'model/malformed', response =>
    asJson(response, completion('Hello').replace('{', '{"__proto__": {"polluted": 1}, ')),
  ),
  plain('deep-envelope', '200k-deep envelope', 'model/malformed', response =>
    asJson(response, `{"choices": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
  ),
  text(
    'deep-answer',
    '100k-deep answer',
    'prediction/invalid',
    'json',
    () => `{"team": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  ),
  text(
    'open-brackets',
    '100k brackets that stay open',
    unreadable,
    'json',
    () => `{"team": ${'[{"a":'.repeat(20_000)}`,
  ),
  text('blanks', '100 kB of white space after ```json', unreadable, 'json', () => `\`\`\`json${' \n'.repeat(50_000)}`),
  text('fences', '1 MiB of code fences', unreadable, 'json', () => '```json\n'.repeat(131_072)),
  text('braces', '1 MiB of empty objects', unreadable, 'json', () => '{} '.repeat(349_525)),
  text('quotes', '1 MiB of quotes after a brace', unreadable, 'json', () => `{${'"'.repeat(mebibyte)}`),
  text('markers', '1 MiB of half a marker', unreadable, 'chat', () => '[[ ## '.repeat(174_762)),
  text('headers', '1 MiB of unknown sections', unreadable, 'chat', () => '[[ ## other ## ]]\n'.repeat(58_254)),
  text('stars', '1 MiB of bold', unreadable, 'chat', () => '**'.repeat(mebibyte / 2)),
  text(
    'thought',
    '1 MiB of a thought that does not end',
    unreadable,
    'chat',
    () => `<think>${'</think'.repeat(149_796)}`,
  ),
  huge('field', '64 MiB field in a 200', 'model/malformed', response => around(response, 'x', 64 * mebibyte)),
  huge('json', '200 MB of JSON', 'model/malformed', response => around(response, '[],', 200_000_000)),
  huge('error-body', '400 with 128 MiB of body', 'model/request', response => {
    response.writeHead(400, { 'content-type': 'application/json' })
    pour(response, filling('x'), 128 * mebibyte)
  }),
  plain(
    'not-text',
    'bytes that are not UTF-8',
    'model/malformed',
    response =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  ),
  poured('line', '128 MiB event without a newline (stream)', 'x', 'data: '),
  poured('comments', 'endless comments (stream)', ': still here\n\n'),
  poured('crlf', '128 MiB of CRLF lines (stream)', ':\r\n'),
  poured('cr', '128 MiB of CR lines (stream)', ':\r'),
  poured('only-cr', '128 MiB of CR (stream)', '\r'),
  poured('lf', '128 MiB of LF after one CR (stream)', '\n', '\r'),
  poured('mixed', '128 MiB of CR and LF in turn (stream)', ':\r:\n'),
  poured('data', '128 MiB of data lines that end no event (stream)', 'data: x\n'),
  poured('data-cr', '128 MiB of data lines with CR that end no event (stream)', 'data: x\r'),
  poured('unknown', '128 MiB of unknown fields (stream)', 'x\n'),
  poured('contents', 'an answer of 128 MiB in small pieces (stream)', contentEvent('all work and no play ')),
  poured(
    'section',
    'a field of 128 MiB in small pieces (stream)',
    contentEvent('x'),
    contentEvent('[[ ## quote ## ]]\n'),
  ),
  poured('letters', 'a marker of 128 MiB, letter by letter (stream)', contentEvent('[')),
  poured(
    'tools',
    '128 MiB of tool calls (stream)',
    'data: {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "x"}}]}}]}\n\n',
  ),
  stream('many', 'a choice that nobody asked for (stream)', response =>
    response.end('data: {"choices": [{"index": 1e9, "delta": {"content": "x"}}]}\n\n'),
  ),
  stream('deep-event', '200k-deep event (stream)', response =>
    response.end(`data: {"choices": ${'['.repeat(200_000)}${']'.repeat(200_000)}}\n\n`),
  ),
  stream('proto-event', '`__proto__` in an event (stream)', response =>
    response.end(['data: {"__proto__": {"polluted": 1}, "choices": []}\n\n', ...closingEvents()].join('')),
  ),
  {
    ...stream('drip', 'a byte every 20 ms for ever, deadline 500 ms (stream)', response => {
      const timer = setInterval(() => response.write(':'), 20)
      response.once('close', () => clearInterval(timer))
    }),
    owed: 'model/timeout',
    deadlineMs: 500,
  },
]
