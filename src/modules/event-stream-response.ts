import { errorCodes } from '../errors/codes.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { ProgramEvent } from '../ports/module.ts'
import { eventStream, type ServerSentEvent } from './event-stream.ts'

export interface EventStreamResponseOptions<Output> {
  /**
   * What the reader is told of an event: its data, or undefined to leave it out. `publicEvent` when absent; a status
   * message in words goes here.
   */
  readonly tell?: (event: ProgramEvent<Output>) => unknown
  /** Hears of the failure that ended the stream, for a log: the reader is told its code and cause only. */
  readonly onFailure?: (error: unknown) => void
  /** Milliseconds of silence after which an empty comment keeps the connection open; 5000 when absent. */
  readonly heartbeatMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The events of a streamed run as a response of server-sent events, for any handler that speaks `fetch`: Workers, Node,
 * Deno, Bun, a service worker.
 *
 * 1. Each event is named by its type and carries its data as one line of JSON: no text inside can end an event or begin
 *    one. A slow reader holds the run back; one that goes aborts it.
 * 2. A failure is an event `error`, the last one: `{ error: { code, message } }` with a message of ours for the code. What
 *    a provider said, a prompt, a key or a stack cannot stand in it, since none of it is looked at.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @example
 * export default {
 *   fetch: async request => eventStreamResponse(rag.stream(await request.json(), { model, signal: request.signal })),
 * }
 * @example
 * eventStreamResponse(agent.stream(input, { model }), {
 *   tell: event => (event.type === 'tool-started' ? { message: `Asking ${event.tool}` } : publicEvent(event)),
 * })
 */
export const eventStreamResponse = <Output>(
  events: AsyncIterable<ProgramEvent<Output>>,
  { tell = publicEvent, onFailure, heartbeatMs = 5000, headers = {} }: EventStreamResponseOptions<Output> = {},
): Response => {
  const source = events[Symbol.asyncIterator]()
  return eventStream(told(source, tell, onFailure), {
    // Straight to the source: it may be waiting for a model, and hears of this all the same.
    leave: () => void source.return?.().catch(error => onFailure?.(error)),
    silenceMs: heartbeatMs,
    headers: { 'cache-control': 'no-cache', ...headers },
  })
}

/**
 * What of an event is meant for the outside: the texts of fields and of hidden reasoning, the prediction with its usage,
 * and of modules, predictors and tools that they run, by path and name. Not what tools were given and gave.
 */
export const publicEvent = <Output>(event: ProgramEvent<Output>): Readonly<Record<string, unknown>> => {
  switch (event.type) {
    case 'predictor-finished':
      return { path: event.path }
    case 'tool-started':
      return { path: event.path, tool: event.tool }
    case 'tool-finished':
      return { path: event.path, tool: event.tool, failed: event.failed }
    default: {
      const { type: _, ...data } = event
      return data
    }
  }
}

const told = <Output>(
  source: AsyncIterator<ProgramEvent<Output>>,
  tell: (event: ProgramEvent<Output>) => unknown,
  onFailure: ((error: unknown) => void) | undefined,
): AsyncIterator<ServerSentEvent> => {
  let over = false
  return {
    async next() {
      try {
        while (!over) {
          const step = await source.next()
          over = step.done === true
          if (step.done) break
          const data = tell(step.value)
          // Data that JSON cannot hold is a failure like any other, and found while it can still be told.
          if (data !== undefined && JSON.stringify(data) !== undefined) {
            return { done: false, value: { event: step.value.type, data } }
          }
        }
        return { done: true, value: undefined }
      } catch (error) {
        over = true
        onFailure?.(error)
        await source.return?.()
        return { done: false, value: { event: 'error', data: { error: publicFailure(error) } } }
      }
    },
  }
}

const publicFailure = (error: unknown): { readonly code: string; readonly message: string } => {
  if (KkachiError.is(error)) return { code: error.code, message: errorCodes[error.code] }
  return error instanceof Error && error.name === 'AbortError'
    ? { code: 'aborted', message: 'The run was aborted.' }
    : { code: 'internal', message: 'The program failed.' }
}
