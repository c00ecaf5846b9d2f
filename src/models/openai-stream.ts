import { createParser } from 'eventsource-parser'
import type { ModelEvent } from '../ports/language-model.ts'
import { cut } from './defect.ts'
import { eventLines } from './event-lines.ts'
import { openaiChunks } from './openai-chunks.ts'
import { type Envelope, parseEnvelope } from './envelope.ts'
import { openaiResponse } from './openai-response.ts'
import type { Fail } from './provider-client.ts'
import { responseEvents } from './response-events.ts'

export interface OpenAIStreamOptions {
  /** Completions asked for. */
  readonly n: number
  readonly fail: Fail
}

/** An event has one line of data, or as many as its JSON has when somebody prints it for people. */
const mostLines = 10_000

/**
 * Reads a streamed chat completion.
 *
 * Usage and finish are told only when the stream has ended as it should: what was cut never looks complete.
 * A server that answers with the whole completion as JSON, whatever it calls the content, is understood too.
 */
export async function* openaiStream(
  pieces: AsyncGenerator<string, void, undefined>,
  { n, fail }: OpenAIStreamOptions,
): AsyncGenerator<ModelEvent, void, undefined> {
  const chunks = openaiChunks(n)
  const ready: ModelEvent[] = []
  let problem: Error | undefined
  let events = 0
  let ended = false
  let done = false

  const parser = createParser({
    onEvent({ event, data }) {
      events += 1
      if (done || problem) return
      if (data === '[DONE]') {
        done = true
        return
      }
      const chunk: Envelope = parseEnvelope(data)
      // The last event of a stream that was cut is cut as well.
      if ('defect' in chunk) problem = fail(ended ? { defect: cut } : chunk)
      else {
        const read = event === 'error' ? { defect: 'an error', refused: true } : chunks.read(chunk.json)
        if ('defect' in read) problem = fail(read, data)
        else ready.push(...read)
      }
    },
  })

  // The parser takes its time over what it does not know (an Error for every line), and over carriage returns.
  const lines = eventLines()
  let started = false
  for await (const piece of pieces) {
    if (!started) {
      const first = piece.trimStart()
      if (first === '') continue
      started = true
      if (first.startsWith('<')) throw fail({ defect: 'an HTML page' })
      if (/^[[{]/.test(first)) {
        yield* wholeAnswer(piece, pieces, fail)
        return
      }
    }
    parser.feed(lines.push(piece))
    if (lines.unended > mostLines) throw fail({ defect: 'an event that does not end', hostile: true })
    yield* ready.splice(0)
    if (problem) throw problem
    if (done) break
  }
  if (!done) {
    ended = true
    parser.feed(`${lines.end()}\n\n`) // an end mark without its blank line is an end mark
    yield* ready.splice(0)
    if (problem) throw problem
  }
  if (events === 0) throw fail({ defect: started ? 'a text that is no event stream' : 'nothing' })
  const end = chunks.end(done)
  if ('defect' in end) throw fail(end)
  yield* end
}

async function* wholeAnswer(
  beginning: string,
  rest: AsyncIterable<string>,
  fail: OpenAIStreamOptions['fail'],
): AsyncGenerator<ModelEvent, void, undefined> {
  let body = beginning
  for await (const piece of rest) body += piece
  const parsed = parseEnvelope(body)
  const response = 'defect' in parsed ? parsed : openaiResponse(parsed.json)
  if ('defect' in response) throw fail(response, body)
  yield* responseEvents(response)
}
