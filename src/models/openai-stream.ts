import type { ModelEvent } from '../ports/language-model.ts'
import { cut } from './defect.ts'
import { parseEnvelope } from './envelope.ts'
import { openaiChunks } from './openai-chunks.ts'
import { openaiResponse } from './openai-response.ts'
import type { Fail } from './provider-client.ts'
import { responseEvents } from './response-events.ts'
import { serverEvents } from './server-events.ts'

export interface OpenAIStreamOptions {
  /** Completions asked for. */
  readonly n: number
  readonly signer?: string
  readonly fail: Fail
}

/**
 * Reads a streamed chat completion.
 *
 * Usage and finish are told only when the stream has ended as it should: what was cut never looks complete.
 * A server that answers with the whole completion as JSON, whatever it calls the content, is understood too.
 */
export async function* openaiStream(
  pieces: AsyncGenerator<string, void, undefined>,
  { n, signer, fail }: OpenAIStreamOptions,
): AsyncGenerator<ModelEvent, void, undefined> {
  const chunks = openaiChunks(n, signer)
  let done = false
  for await (const { events, ended, whole } of serverEvents(pieces, fail)) {
    if (whole !== undefined) {
      yield* wholeAnswer(whole, signer, fail)
      return
    }
    for (const { event, data } of events) {
      if (data === '[DONE]') {
        done = true
        break
      }
      const chunk = parseEnvelope(data)
      // The last event of a stream that was cut is cut as well.
      if ('defect' in chunk) throw fail(ended ? { defect: cut } : chunk)
      const read = event === 'error' ? { defect: 'an error', refused: true } : chunks.read(chunk.json)
      if ('defect' in read) throw fail(read, data)
      yield* read
    }
    if (done) break
  }
  const end = chunks.end(done)
  if ('defect' in end) throw fail(end)
  yield* end
}

const wholeAnswer = (body: string, signer: string | undefined, fail: Fail): Iterable<ModelEvent> => {
  const parsed = parseEnvelope(body)
  const response = 'defect' in parsed ? parsed : openaiResponse(parsed.json, signer)
  if ('defect' in response) throw fail(response, body)
  return responseEvents(response)
}
