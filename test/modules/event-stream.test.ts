import { describe, expect, test } from 'vitest'
import { eventStream, type ServerSentEvent } from '../../src/modules/event-stream.ts'
import { eventsOf } from './server-sent-events.ts'

const streamOf = (events: AsyncGenerator<ServerSentEvent>, silenceMs = 1000) => {
  let left = 0
  const response = eventStream(events, {
    leave: () => {
      left += 1
    },
    silenceMs,
  })
  return { response, left: () => left }
}

describe('eventStream', () => {
  test('12. keeps 1,000 hostile texts inside their events', async () => {
    const pieces = ['\n', '\r', '\r\n\r\n', 'data: ', 'event: error', ':', '\u2028', '"', '\\', '\0', '\ud83d', 'x']
    const texts = Array.from({ length: 1000 }, (_, index) =>
      Array.from(
        { length: 6 },
        (_, place) => pieces[(index * 7 + place * place * 5 + (index >> place)) % pieces.length],
      ).join(''),
    )
    const { response } = streamOf(
      (async function* () {
        for (const data of texts) yield { event: 'field', data }
      })(),
    )
    const events = eventsOf(await response.text())
    expect(events.map(({ data }) => data)).toEqual(texts)
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['field']))
  })

  test('sends comments while nothing happens, and loses nothing', async () => {
    let happen = (): void => {}
    const waiting = new Promise<void>(resolve => {
      happen = resolve
    })
    const { response } = streamOf(
      (async function* () {
        await waiting
        yield { event: 'field', data: 1 }
      })(),
      1,
    )
    const reader = response.body?.getReader()
    const read = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
    expect([await read(), await read()]).toEqual([':\n\n', ':\n\n'])
    happen()
    let text = await read()
    while (text === ':\n\n') text = await read()
    expect(text).toBe('event: field\ndata: 1\n\n')
  })

  test('asks for no more than a slow reader takes', async () => {
    let asked = 0
    const { response, left } = streamOf(
      (async function* () {
        for (;;) {
          asked += 1
          yield { event: 'field', data: asked }
        }
      })(),
    )
    const reader = response.body?.getReader()
    await reader?.read()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(asked).toBeLessThan(5)
    expect(left()).toBe(0)
    await reader?.cancel()
    expect(left()).toBe(1)
  })
})
