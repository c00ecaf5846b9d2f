import { mapConcurrently } from '../data/map-concurrently.ts'
import { isSystemic } from '../errors/is-systemic.ts'
import type { Context } from '../ports/context.ts'
import { systemClock } from '../ports/system-clock.ts'
import { stragglers } from './stragglers.ts'

export interface ManyRunsOptions {
  /** Runs at once, 8 when absent. */
  readonly concurrency?: number
  /** Milliseconds one run may take as a whole; it then fails with `model/timeout`. As long as it takes when absent. */
  readonly deadlineMs?: number
  /**
   * Milliseconds after which one of the last runs is begun a second time; the first of the two that succeeds counts, the
   * other is aborted. Never when absent: what a run does beside answering it would do twice.
   */
  readonly stragglerMs?: number
  /** How many of the runs are the last ones, 3 when absent. */
  readonly stragglerLimit?: number
}

export interface FailingOptions extends ManyRunsOptions {
  /** Runs that fail are told beside the predictions instead of ending everything. */
  readonly returnFailed: true
  /** The failed run that ends everything all the same, 10 when absent. */
  readonly maxErrors?: number
}

/** One run ended, in the order of ending; `index` is its place among the inputs. */
export type RunEvent<Output> =
  | { readonly type: 'finished'; readonly index: number; readonly prediction: Output }
  | { readonly type: 'failed'; readonly index: number; readonly error: unknown }

/** What many runs gave: a prediction or nothing a place, and why there is nothing. */
export interface ManyOutcomes<Output> {
  readonly predictions: readonly (Output | undefined)[]
  readonly failures: readonly { readonly index: number; readonly error: unknown }[]
}

type AllOptions = ManyRunsOptions & { readonly returnFailed?: boolean; readonly maxErrors?: number }

/**
 * Runs many things, a bounded number at once. An abort, a wrong setting, a refused key or a spent budget ends everything,
 * whatever may fail. What still runs then ends by itself, and nothing more is begun.
 */
export async function* manyRuns<Output>(
  count: number,
  start: (index: number, signal: AbortSignal) => Promise<Output>,
  context: Pick<Context, 'clock'>,
  options: AllOptions,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<Output>, ManyOutcomes<Output>, undefined> {
  const { concurrency = 8, returnFailed = false, maxErrors = 10 } = options
  const late = stragglers(count, context.clock ?? systemClock, options)
  let failed = 0
  const work = async (index: number, inner: AbortSignal): Promise<RunEvent<Output>> => {
    try {
      return { type: 'finished', index, prediction: await late.run(inner, own => start(index, own)) }
    } catch (error) {
      failed += 1
      if (!returnFailed || failed >= maxErrors || inner.aborted || isSystemic(error)) throw error
      return { type: 'failed', index, error }
    }
  }
  const places = Array.from({ length: count }, (_, index) => index)
  const running = mapConcurrently(places, { concurrency, signal }, (place, _, inner) => work(place, inner))
  let ended: readonly RunEvent<Output>[]
  try {
    for (;;) {
      const step = await running.next()
      if (step.done === true) {
        ended = step.value
        break
      }
      yield step.value.result
    }
  } finally {
    // Whoever leaves early leaves nothing running.
    await running.return([])
  }
  return {
    predictions: ended.map(event => (event.type === 'finished' ? event.prediction : undefined)),
    failures: ended.flatMap(event => (event.type === 'failed' ? [{ index: event.index, error: event.error }] : [])),
  }
}
