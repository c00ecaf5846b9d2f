export interface ReadEvent {
  readonly event: string
  readonly data: unknown
}

/** The events of a stream's text, read by the rules of the format: lines end in LF, CR or CRLF. */
export const eventsOf = (text: string): readonly ReadEvent[] => {
  const events: ReadEvent[] = []
  let event = ''
  let data: string[] = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':')
    const value = line.slice(colon + 1).replace(/^ /, '')
    if (line === '') {
      if (data.length > 0) events.push({ event, data: JSON.parse(data.join('\n')) })
      event = ''
      data = []
    } else if (line.startsWith('event:')) event = value
    else if (line.startsWith('data:')) data.push(value)
  }
  return events
}
