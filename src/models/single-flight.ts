import type { CallScope } from './call-scope.ts'

interface Flight<T> {
  readonly work: Promise<T>
  readonly controller: AbortController
  waiting: number
  /** Whether somebody has the result as the first. */
  taken: boolean
}

/** A caller's view of shared work. */
export interface Shared<T> {
  readonly value: T
  /** True for exactly one of those who got the value: the one that began it, unless that one has left. */
  readonly first: boolean
}

/**
 * Does the same work once for all who want it at the same time.
 *
 * 1. A caller that leaves (its scope ends) does not disturb the others.
 * 2. When all have left the work is aborted, and the next caller begins anew.
 * 3. A failure is everybody's failure.
 */
export const singleFlight = <T>() => {
  const flights = new Map<string, Flight<T>>()

  const begin = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController()
    const running = work(controller.signal).finally(() => {
      if (flights.get(key) === flight) flights.delete(key)
    })
    running.catch(() => {}) // those who wait are told; perhaps nobody does any more
    const flight: Flight<T> = { work: running, controller, waiting: 0, taken: false }
    flights.set(key, flight)
    return flight
  }

  return {
    /** Whether such work is under way. */
    has: (key: string): boolean => flights.has(key),
    async join(key: string, scope: CallScope, work: (signal: AbortSignal) => Promise<T>): Promise<Shared<T>> {
      const flight = flights.get(key) ?? begin(key, work)
      flight.waiting += 1
      try {
        const value = await scope.wait(flight.work)
        const first = !flight.taken
        flight.taken = true
        return { value, first }
      } finally {
        flight.waiting -= 1
        if (flight.waiting === 0 && flights.get(key) === flight) {
          flights.delete(key)
          flight.controller.abort(abandoned)
        }
      }
    },
  }
}

const abandoned = /* @__PURE__ */ new DOMException('Nobody waits for this call any more.', 'AbortError')
