import type { Usage } from '../data/usage.ts'
import type { ServerSentEvent } from '../modules/event-stream.ts'
import { within } from '../modules/within.ts'
import type { ProgramEvent } from '../ports/module.ts'
import { toldFailure } from './error-response.ts'

/** What a run answers, streamed or not. */
export const runResult = (
  prediction: unknown,
  usage: Usage,
  version: string,
): { readonly prediction: unknown; readonly usage: Usage; readonly version: string } => ({ prediction, usage, version })

/** Milliseconds a run has to fail in before its stream begins. */
const patienceMs = 2000

/**
 * The events of a run as they are told outside.
 *
 * The promise is kept as soon as something happened, or nothing did for two seconds, and fails when the run does before:
 * then the answer can still have a status of its own. Later a failure is an event `error`, the last.
 */
export const runEvents = async (
  run: AsyncIterable<ProgramEvent<unknown>>,
  version: string,
  onFailure: (error: unknown) => void,
): Promise<AsyncIterator<ServerSentEvent>> => {
  const events = toldEvents(run, version)
  const first = events.next()
  await within(patienceMs, first)
  return endingInError(first, events, onFailure)
}

async function* endingInError(
  first: Promise<IteratorResult<ServerSentEvent, undefined>>,
  events: AsyncGenerator<ServerSentEvent, undefined>,
  onFailure: (error: unknown) => void,
): AsyncGenerator<ServerSentEvent, undefined> {
  try {
    for (let result = await first; !result.done; result = await events.next()) yield result.value
  } catch (error) {
    onFailure(error)
    yield { event: 'error', data: toldFailure(error).body }
  }
  return undefined
}

/** The events that are somebody's business outside. */
async function* toldEvents(
  run: AsyncIterable<ProgramEvent<unknown>>,
  version: string,
): AsyncGenerator<ServerSentEvent, undefined> {
  for await (const event of run) {
    switch (event.type) {
      case 'field':
        yield { event: 'field', data: { path: event.path, field: event.field, delta: event.delta } }
        break
      case 'reasoning':
        yield { event: 'reasoning', data: { path: event.path, delta: event.delta } }
        break
      case 'reset':
        yield { event: 'reset', data: { path: event.path } }
        break
      case 'prediction':
        yield { event: 'prediction', data: runResult(event.prediction, event.usage, version) }
    }
  }
  return undefined
}
