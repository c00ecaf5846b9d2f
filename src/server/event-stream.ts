/** One event of a stream: its name is ours, its data anything. */
export interface ServerSentEvent {
  readonly event: string
  readonly data: unknown
}

/**
 * Server-sent events as a response.
 *
 * 1. Data is one line of JSON, in which every line's end is escaped: no text inside can end an event or begin one.
 * 2. The next event is asked for when there is room: a slow reader holds the source back.
 * 3. `leave` is called once when the reader goes before the end.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const eventStream = (events: AsyncIterator<ServerSentEvent>, leave: () => void): Response => {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await events.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(eventText(value)))
    },
    cancel() {
      leave()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
}

const eventText = ({ event, data }: ServerSentEvent): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
