import type { Clock } from '../ports/clock.ts'

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  /** Sleeps and alarms that have not ended, each with the milliseconds left. */
  readonly sleeping: readonly number[]
  /** Moves on by `ms`, waking on the way, in order of their time, every sleep that ends by then. */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/**
 * A clock for tests: time passes only by `advance`.
 *
 * `advance` lets what it wakes run on before it goes further, so a loop of sleeps is advanced through in one call.
 *
 * @example
 * const clock = testClock()
 * const answer = retried(model, { clock }).generate(request)
 * await clock.advance(60_000)
 */
export const testClock = (startMs = 0): TestClock => {
  let now = startMs
  const sleepers = new Set<Sleeper>()
  return {
    now: () => now,
    get sleeping() {
      return [...sleepers].map(sleeper => sleeper.until - now)
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason)
          return
        }
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          until: now + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', abort, { once: true })
      }),
    alarm(ms, ring) {
      const sleeper: Sleeper = {
        until: now + Math.max(0, ms),
        wake: () => {
          sleepers.delete(sleeper)
          ring()
        },
      }
      sleepers.add(sleeper)
      return () => sleepers.delete(sleeper)
    },
    async advance(ms) {
      const end = now + ms
      await settled()
      for (let next = earliest(sleepers, end); next; next = earliest(sleepers, end)) {
        now = next.until
        next.wake()
        await settled()
      }
      now = end
    },
  }
}

/** The sleeper that ends first, the older one of two that end together. */
const earliest = (sleepers: ReadonlySet<Sleeper>, end: number): Sleeper | undefined => {
  let first: Sleeper | undefined
  for (const sleeper of sleepers) {
    if (sleeper.until <= end && (first === undefined || sleeper.until < first.until)) first = sleeper
  }
  return first
}

/** A macrotask later every promise chain that was ready has run. */
const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))
