import { createParser } from 'eventsource-parser'
import { eventLines } from './event-lines.ts'
import type { Fail } from './provider-client.ts'

export interface ServerEvent {
  /** The name of its kind, where it has one. */
  readonly event: string | undefined
  readonly data: string
}

/** What one piece of a body brought. */
export interface ServerEvents {
  readonly events: readonly ServerEvent[]
  /** It is what was left when the stream had ended: of a stream that was cut, the last event is cut as well. */
  readonly ended: boolean
  /** The whole body, of a server that answers with JSON whatever it calls the content. */
  readonly whole?: string
}

/** An event has one line of data, or as many as its JSON has when somebody prints it for people. */
const mostLines = 10_000

/** Reads server-sent events. It refuses pages, texts that are no events, bodies without one, and events without end. */
export async function* serverEvents(
  pieces: AsyncGenerator<string, void, undefined>,
  fail: Fail,
): AsyncGenerator<ServerEvents, void, undefined> {
  let ready: ServerEvent[] = []
  let told = false
  const parser = createParser({
    onEvent({ event, data }) {
      ready.push({ event, data })
    },
  })
  const taken = (): readonly ServerEvent[] => {
    const events = ready
    ready = []
    told ||= events.length > 0
    return events
  }

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
        let whole = piece
        for await (const more of pieces) whole += more
        yield { events: [], ended: true, whole }
        return
      }
    }
    parser.feed(lines.push(piece))
    if (lines.unended > mostLines) throw fail({ defect: 'an event that does not end', hostile: true })
    const events = taken()
    if (events.length > 0) yield { events, ended: false }
  }
  parser.feed(`${lines.end()}\n\n`) // an end mark without its blank line is an end mark
  yield { events: taken(), ended: true }
  if (!told) throw fail({ defect: started ? 'a text that is no event stream' : 'nothing' })
}
