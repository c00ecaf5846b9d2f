import { within } from './within.ts'

/** One event of a stream: its name is ours, its data anything. */
export interface ServerSentEvent {
  readonly event: string
  readonly data: unknown
}

export interface EventStreamOptions {
  /** Called when the reader goes before the end. */
  readonly leave: () => void
  /** Milliseconds of silence after which an empty comment is sent. */
  readonly silenceMs: number
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Server-sent events as a response.
 *
 * 1. Data is one line of JSON, in which every line's end is escaped: no text inside can end an event or begin one.
 * 2. The next event is asked for when there is room: a slow reader holds the source back.
 * 3. In long silences an empty comment is sent: it keeps the connection open, and shows a reader that has gone, which
 *    some hosts notice only when they write.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const eventStream = (
  events: AsyncIterator<ServerSentEvent>,
  { leave, silenceMs, headers }: EventStreamOptions,
): Response => {
  const encoder = new TextEncoder()
  let next: Promise<IteratorResult<ServerSentEvent>> | undefined
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      next ??= events.next()
      const result = await within(silenceMs, next)
      if (result === undefined) {
        controller.enqueue(encoder.encode(':\n\n'))
        return
      }
      next = undefined
      if (result.done) controller.close()
      else controller.enqueue(encoder.encode(eventText(result.value)))
    },
    cancel() {
      leave()
    },
  })
  return new Response(body, { headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8' } })
}

const eventText = ({ event, data }: ServerSentEvent): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
