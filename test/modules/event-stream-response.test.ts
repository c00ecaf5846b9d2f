import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { eventStreamResponse, publicEvent } from '../../src/modules/event-stream-response.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { ProgramEvent } from '../../src/ports/module.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { eventsOf } from './server-sent-events.ts'

type Event = ProgramEvent<{ answer: string }>

async function* told(...events: (Event | Error)[]): AsyncGenerator<Event> {
  for (const event of events) {
    if (event instanceof Error) throw event
    yield event
  }
}

const ask = predict('question -> answer')
const piece = (delta: string): Event => ({ type: 'field', path: 'p', field: 'answer', delta })
const last: Event = { type: 'prediction', prediction: { answer: 'Paris' }, usage: noUsage }

describe('eventStreamResponse', () => {
  test('sends the events of a run, named by their types, and the prediction last', async () => {
    const whole = program('question -> answer', { ask }, async (input, { ask }) => ask(input))
    const model = scriptedModel(['[[ ## answer ## ]]\nParis'])
    const response = eventStreamResponse(whole.stream({ question: 'q' }, { model }))
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'no-cache',
    ])
    const events = eventsOf(await response.text())
    expect(events.filter(({ event }) => event !== 'field')).toEqual([
      { event: 'module-started', data: { path: 'self', kind: 'program' } },
      { event: 'predictor-started', data: { path: 'ask' } },
      { event: 'predictor-finished', data: { path: 'ask' } },
      { event: 'module-finished', data: { path: 'self', kind: 'program' } },
      { event: 'prediction', data: { prediction: { answer: 'Paris' }, usage: expect.objectContaining({ calls: 1 }) } },
    ])
  })

  test('12. no text of an answer can end an event, begin one or name one', async () => {
    const piecesOfProtocol = fc.constantFrom(
      '\r\n\r\n',
      '\n\n',
      '\r',
      'data: ',
      'event: error\n',
      ':',
      '\u2028',
      '\0',
      'x',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piecesOfProtocol, { maxLength: 20 }), async pieces => {
        const answer = pieces.join('')
        const prediction = { answer, [answer]: answer }
        const text = await eventStreamResponse(
          told(piece(answer), { type: 'reasoning', path: answer, delta: answer }, { ...last, prediction } as Event),
        ).text()
        expect(eventsOf(text)).toEqual([
          { event: 'field', data: { path: 'p', field: 'answer', delta: answer } },
          { event: 'reasoning', data: { path: answer, delta: answer } },
          { event: 'prediction', data: { prediction, usage: noUsage } },
        ])
      }),
    )
  })

  test('tells no secret of what failed, as the last event, and tells the log everything', async () => {
    const failures: unknown[] = []
    const secret = new ModelError('model/transport', 'SECRET', { model: 'm' })
    const response = eventStreamResponse(told(piece('a'), secret, last), { onFailure: error => failures.push(error) })
    expect(eventsOf(await response.text()).slice(1)).toEqual([
      { event: 'error', data: { error: { code: 'model/transport', message: 'The connection failed or was cut.' } } },
    ])
    expect(failures).toEqual([secret])
    const unknown = await eventStreamResponse(told(new Error('SECRET'))).text()
    expect(eventsOf(unknown)).toEqual([
      { event: 'error', data: { error: { code: 'internal', message: 'The program failed.' } } },
    ])
  })

  test('tells status messages in words, and leaves out what is not to be told', async () => {
    const started: Event = { type: 'tool-started', path: 'p', tool: 'search', arguments: { query: 'private' } }
    const finished: Event = { type: 'tool-finished', path: 'p', tool: 'search', result: 'private', failed: false }
    expect([publicEvent(started), publicEvent(finished)]).toEqual([
      { path: 'p', tool: 'search' },
      { path: 'p', tool: 'search', failed: false },
    ])
    const response = eventStreamResponse(told(started, piece('a'), finished, last), {
      tell: event => {
        if (event.type === 'tool-started') return { message: `Asking ${event.tool}` }
        return event.type === 'prediction' ? event.prediction : undefined
      },
    })
    expect(eventsOf(await response.text())).toEqual([
      { event: 'tool-started', data: { message: 'Asking search' } },
      { event: 'prediction', data: { answer: 'Paris' } },
    ])
  })

  test('ends in an error when an event cannot be told', async () => {
    const response = eventStreamResponse(told(piece('a'), last), { tell: () => ({ n: 1n }) })
    expect(eventsOf(await response.text()).map(({ event }) => event)).toEqual(['error'])
  })

  test('aborts the run when the reader goes, also while a model is awaited', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const model = scriptedModel(({ signal }) => {
      signals.push(signal)
      return new Promise(() => {})
    })
    const response = eventStreamResponse(ask.stream({ question: 'q' }, { model }))
    const reader = response.body?.getReader()
    await reader?.read() // predictor-started
    await reader?.cancel()
    expect(signals.map(signal => signal?.aborted)).toEqual([true])
  })

  test('sends comments while nothing happens', async () => {
    let happen = (): void => {}
    const waiting = new Promise<void>(resolve => {
      happen = resolve
    })
    const slow = (async function* (): AsyncGenerator<Event> {
      await waiting
      yield last
    })()
    const reader = eventStreamResponse(slow, { heartbeatMs: 1 }).body?.getReader()
    const read = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
    expect([await read(), await read()]).toEqual([':\n\n', ':\n\n'])
    happen()
    let text = await read()
    while (text === ':\n\n') text = await read()
    expect(eventsOf(text)).toMatchObject([{ event: 'prediction' }])
  })

  test('takes headers of yours, and keeps its own type', async () => {
    const { headers } = eventStreamResponse(told(last), { headers: { 'x-mine': '1', 'content-type': 'text/plain' } })
    expect([headers.get('x-mine'), headers.get('content-type')]).toEqual(['1', 'text/event-stream; charset=utf-8'])
  })
})
