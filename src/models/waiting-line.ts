/** How somebody waits. */
export interface Turn {
  /** Lower goes first, 0 when absent; equals go in the order of arrival. */
  readonly priority?: number | undefined
  /** Who aborts leaves the line at once. */
  readonly signal?: AbortSignal | undefined
}

/** A line in which nobody overtakes the one at its front. */
export interface WaitingLine {
  /** How many wait. */
  readonly length: number
  /** What `enter` gives when nobody waits; undefined when somebody does, or it gives nothing. */
  enter<T extends object>(enter: () => T | undefined): T | undefined
  /**
   * Waits at the line's end (or before those of lower rank) until it is at the front and `enter` gives something, which
   * must take the place in the same moment. What `enter` throws is the refusal; an abort rejects with the signal's reason.
   */
  join<T extends object>(enter: () => T | undefined, turn?: Turn): Promise<T>
  /** Something changed: lets in whoever can enter now. */
  advance(): void
}

interface Waiter {
  readonly priority: number
  /** Whether the waiter is done, let in or refused. */
  attempt(): boolean
}

/** Makes an empty line. */
export const waitingLine = (): WaitingLine => {
  const waiters: Waiter[] = []

  const advance = (): void => {
    while (waiters[0]?.attempt()) waiters.shift()
  }

  const insert = (waiter: Waiter): void => {
    let place = waiters.length
    while (place > 0 && (waiters[place - 1]?.priority ?? 0) > waiter.priority) place -= 1
    waiters.splice(place, 0, waiter)
  }

  return {
    get length() {
      return waiters.length
    },
    advance,
    enter: enter => (waiters.length === 0 ? enter() : undefined),
    join: <T extends object>(enter: () => T | undefined, { priority = 0, signal }: Turn = {}) =>
      new Promise<T>((resolve, reject) => {
        signal?.throwIfAborted()
        const leave = (): void => {
          waiters.splice(waiters.indexOf(waiter), 1)
          reject(signal?.reason)
          advance()
        }
        const waiter: Waiter = {
          priority,
          attempt() {
            try {
              const entered = enter()
              if (entered === undefined) return false
              resolve(entered)
            } catch (refusal) {
              reject(refusal)
            }
            signal?.removeEventListener('abort', leave)
            return true
          },
        }
        insert(waiter)
        signal?.addEventListener('abort', leave, { once: true })
        advance()
      }),
  }
}
