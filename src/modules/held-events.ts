import type { Context } from '../ports/context.ts'
import { type Answered, type EventSink, eventSink, type StreamedContext } from './event-sink.ts'

/** A part of a context that keeps back what predictors say. */
export interface HeldEvents {
  /** Goes into the context of what may not be taken. Empty where nobody watches. */
  readonly context: Partial<Context>
  /** Tells the fields of every predictor that answered: it was taken. */
  release(): Promise<void>
}

/**
 * Lets a watched run try something whose outcome may not be taken: that it runs is told at once, its fields when it was
 * taken, whole. Nothing that was told has to be taken back.
 */
export const holdEvents = (context: StreamedContext): HeldEvents => {
  const sink = context[eventSink]
  if (sink === undefined) return { context: {}, release: async () => {} }
  const answered: Answered[] = []
  const status = sink.undecided?.status ?? sink
  const held: EventSink = Object.assign(
    (event: Parameters<EventSink>[0]) => {
      if (event.type === 'predictor-finished') answered.push(event)
      return event.type === 'field' || event.type === 'reasoning' || event.type === 'reset' ? undefined : status(event)
    },
    { undecided: { status, keep: (events: readonly Answered[]) => answered.push(...events) } },
  )
  return {
    context: { [eventSink]: held } as Partial<StreamedContext>,
    async release() {
      if (sink.undecided !== undefined) {
        sink.undecided.keep(answered)
        return
      }
      for (const { path, output } of answered) {
        for (const [field, value] of Object.entries(output)) {
          await sink({ type: 'field', path, field, delta: textOfValue(value) })
        }
      }
    },
  }
}

const textOfValue = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
