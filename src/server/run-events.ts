import type { Usage } from '../data/usage.ts'
import type { ServerSentEvent } from '../modules/event-stream.ts'
import { publicEvent } from '../modules/event-stream-response.ts'
import { within } from '../modules/within.ts'
import type { ProgramEvent } from '../ports/module.ts'
import { toldFailure } from './error-response.ts'

/** What a run answers, streamed or not. */
export const runResult = (
  prediction: unknown,
  usage: Usage,
  version: string,
): { readonly prediction: unknown; readonly usage: Usage; readonly version: string } => ({ prediction, usage, version })

/**
 * What is told of a run: `fields` are the texts, what voids them, and the prediction; `all` also says which modules,
 * predictors and tools run, as `publicEvent` does.
 */
export type Telling = 'fields' | 'all'

/** Milliseconds a run has to fail in before its stream begins. */
const patienceMs = 2000

/**
 * The events of a run as they are told outside.
 *
 * The promise is kept as soon as something was said or a tool called, or nothing happened for two seconds, and fails when the
 * run does before: then the answer can still have a status of its own. That modules and predictors began is told with what
 * comes after. Later a failure is an event `error`, the last.
 */
export const runEvents = async (
  run: AsyncIterable<ProgramEvent<unknown>>,
  version: string,
  onFailure: (error: unknown) => void,
  telling: Telling = 'fields',
): Promise<AsyncIterator<ServerSentEvent>> => {
  const events = toldEvents(run, version, telling)
  const begun: ServerSentEvent[] = []
  let next = events.next()
  for (;;) {
    const step = await within(patienceMs, next)
    if (step === undefined || step.done || !beginnings.has(step.value.event)) break
    begun.push(step.value)
    next = events.next()
  }
  return endingInError(begun, next, events, onFailure)
}

const beginnings: ReadonlySet<string> = new Set<ProgramEvent<unknown>['type']>(['module-started', 'predictor-started'])

async function* endingInError(
  begun: readonly ServerSentEvent[],
  first: Promise<IteratorResult<ServerSentEvent, undefined>>,
  events: AsyncGenerator<ServerSentEvent, undefined>,
  onFailure: (error: unknown) => void,
): AsyncGenerator<ServerSentEvent, undefined> {
  try {
    yield* begun
    for (let result = await first; !result.done; result = await events.next()) yield result.value
  } catch (error) {
    onFailure(error)
    yield { event: 'error', data: toldFailure(error).body }
  }
  return undefined
}

/** The events that are somebody's business outside. */
async function* toldEvents(
  run: AsyncIterable<ProgramEvent<unknown>>,
  version: string,
  telling: Telling,
): AsyncGenerator<ServerSentEvent, undefined> {
  for await (const event of run) {
    if (event.type === 'prediction') {
      yield { event: 'prediction', data: runResult(event.prediction, event.usage, version) }
    } else if (telling === 'all' || texts.has(event.type)) yield { event: event.type, data: publicEvent(event) }
  }
  return undefined
}

const texts: ReadonlySet<string> = new Set<ProgramEvent<unknown>['type']>(['field', 'reasoning', 'reset'])
