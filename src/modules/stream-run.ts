import { usageLedger } from '../data/usage-ledger.ts'
import type { Context } from '../ports/context.ts'
import type { ProgramEvent } from '../ports/module.ts'
import { type EventSink, eventSink, type StepEvent, type StreamedContext } from './event-sink.ts'

/** Events that may wait for a reader before the run is held back. */
const room = 64

/**
 * Runs a module and yields what happens, from every predictor inside, in the order it happens; the prediction comes last.
 *
 * 1. Nothing starts before the first step of the iteration; the run waits while its reader is 64 events behind.
 * 2. Leaving the iteration, also while a step is awaited, aborts the run: what is in flight is closed.
 * 3. A failure ends the iteration with its error, after the events before it.
 */
export const streamRun = <Output>(
  run: (context: Context) => Promise<Output>,
  context: Context,
): AsyncIterableIterator<ProgramEvent<Output>, undefined> => {
  const queue: StepEvent[] = []
  const ledger = usageLedger(context.usage)
  const leaving = new AbortController()
  const news = gate()
  const space = gate()
  let result: Promise<Output> | undefined
  let settled = false
  let over = false

  const sink: EventSink = event => {
    if (settled || over) return undefined
    queue.push(event)
    news.open()
    return queue.length < room ? undefined : space.opened()
  }

  const settle = (): void => {
    settled = true
    news.open()
  }

  const start = (): Promise<Output> => {
    const streamed: StreamedContext = {
      ...context,
      usage: ledger,
      signal: context.signal === undefined ? leaving.signal : AbortSignal.any([context.signal, leaving.signal]),
      [eventSink]: sink,
    }
    const running = run(streamed)
    running.then(settle, settle)
    return running
  }

  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      result ??= start()
      while (queue.length === 0 && !settled && !over) await news.opened()
      const event = queue.shift()
      if (queue.length < room) space.open()
      if (event !== undefined) return { done: false, value: event }
      if (over) return { done: true, value: undefined }
      over = true
      return { done: false, value: { type: 'prediction', prediction: await result, usage: ledger.total } }
    },
    async return() {
      if (!over && !settled) leaving.abort(new DOMException('The stream was left before its end.', 'AbortError'))
      over = true
      queue.length = 0
      space.open()
      news.open()
      return { done: true, value: undefined }
    },
  }
}

/** Lets those who wait go on when it is opened, and is closed again for the next. */
const gate = () => {
  let waiting: Promise<void> | undefined
  let release = (): void => {}
  return {
    opened: (): Promise<void> => {
      waiting ??= new Promise(resolve => {
        release = resolve
      })
      return waiting
    },
    open: (): void => {
      waiting = undefined
      release()
    },
  }
}
