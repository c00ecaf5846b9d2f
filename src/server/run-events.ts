import type { Usage } from '../data/usage.ts'
import type { ProgramEvent } from '../ports/module.ts'
import { toldFailure } from './error-response.ts'
import type { ServerSentEvent } from './event-stream.ts'

/** What is told of an event of a run; some are nobody's business outside. */
export const toldEvent = (event: ProgramEvent<unknown>, version: string): ServerSentEvent | undefined => {
  switch (event.type) {
    case 'field':
      return { event: 'field', data: { path: event.path, field: event.field, delta: event.delta } }
    case 'reasoning':
      return { event: 'reasoning', data: { path: event.path, delta: event.delta } }
    case 'reset':
      return { event: 'reset', data: { path: event.path } }
    case 'prediction':
      return { event: 'prediction', data: runResult(event.prediction, event.usage, version) }
    default:
      return undefined
  }
}

/** What a run answers, streamed or not. */
export const runResult = (prediction: unknown, usage: Usage, version: string) => ({ prediction, usage, version })

/**
 * The events of a run, begun: the promise fails when the run does before it has told anything, so that it can still be
 * answered by a status. Later failures are an event `error`, the last.
 */
export const runEvents = async (
  run: AsyncIterator<ProgramEvent<unknown>>,
  version: string,
  onFailure: (error: unknown) => void,
): Promise<AsyncIterator<ServerSentEvent>> => {
  const next = async (): Promise<ServerSentEvent | undefined> => {
    for (;;) {
      const { done, value } = await run.next()
      if (done) return undefined
      const event = toldEvent(value, version)
      if (event !== undefined) return event
    }
  }
  const first = await next()
  return (async function* () {
    try {
      for (let event = first; event !== undefined; event = await next()) yield event
    } catch (error) {
      onFailure(error)
      yield { event: 'error', data: toldFailure(error).body }
    }
  })()
}
