import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'

interface Limits {
  readonly deadlineMs?: number
  readonly stragglerMs?: number
  readonly stragglerLimit?: number
}

/** Runs under a deadline each, the last of which are begun a second time when they are late. */
export interface Stragglers {
  run<Output>(signal: AbortSignal, start: (signal: AbortSignal) => Promise<Output>): Promise<Output>
}

/** For `count` runs in all, as many of which as `stragglerLimit` says are the last ones. */
export const stragglers = (
  count: number,
  clock: Clock,
  { deadlineMs, stragglerMs, stragglerLimit = 3 }: Limits,
): Stragglers => {
  let left = count
  /** Runs that are late, and not yet among the last. */
  const waiting = new Set<() => void>()
  const beginAgain = (): void => {
    if (left > stragglerLimit) return
    for (const again of waiting) again()
    waiting.clear()
  }
  return {
    run<Output>(signal: AbortSignal, start: (signal: AbortSignal) => Promise<Output>) {
      const ending = new AbortController()
      const own = AbortSignal.any([signal, ending.signal])
      let begin = (): void => {}
      let stop = (): void => {}
      const outcome = new Promise<Output>((resolve, reject) => {
        let running = 0
        let failure: { readonly error: unknown } | undefined
        begin = () => {
          running += 1
          start(own).then(resolve, error => {
            running -= 1
            // Of two that failed the first to fail is told, and none while the other still runs.
            failure ??= { error }
            if (running === 0) reject(failure.error)
          })
        }
        const alarm = (ms: number | undefined, ring: () => void): (() => void) =>
          ms === undefined ? () => {} : clock.alarm(ms, ring)
        const stopDeadline = alarm(deadlineMs, () => reject(tooLong(deadlineMs)))
        const stopWaiting = alarm(stragglerMs, () => {
          waiting.add(begin)
          beginAgain()
        })
        stop = () => {
          stopDeadline()
          stopWaiting()
        }
        begin()
      })
      return outcome.finally(() => {
        left -= 1
        waiting.delete(begin)
        stop()
        ending.abort(new DOMException('The run is over.', 'AbortError'))
        beginAgain()
      })
    },
  }
}

const tooLong = (deadlineMs = 0): ModelError =>
  new ModelError('model/timeout', `The run took longer than ${deadlineMs} ms. Raise deadlineMs, or ask for less.`, {
    model: '',
  })
