import type { Clock } from '../ports/clock.ts'

export type CallScopeOptions = CallEnds & (Deadline | { readonly deadlineMs?: never; readonly late?: never })

interface Deadline {
  /** Milliseconds from now; no deadline when infinite. */
  readonly deadlineMs: number
  /** Makes the error for a deadline that has passed. */
  readonly late: () => Error
}

interface CallEnds {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
  /** How long what is read may be silent; as long as the deadline allows when absent. */
  readonly silence?: Silence | undefined
}

interface Silence {
  readonly ms: number
  readonly error: () => Error
}

/** The life of one call: it ends by the caller's abort, by its deadline, by a silence, or by `close`. */
export interface CallScope {
  /** For what is in flight; aborts when the call ends before it was closed. */
  readonly signal: AbortSignal
  /** Throws why the call ended, if it has. */
  check(): void
  /** The promise, or why the call ended as soon as it does, even when the work ignores its signal. One at a time. */
  wait<T>(work: Promise<T>): Promise<T>
  /** The same for the next piece of what is read: too long a silence ends the call. The reader's own pauses are none. */
  listen<T>(work: Promise<T>): Promise<T>
  /** Stops the timer and lets go of the caller's signal; `false` aborts what is still in flight. */
  close(finished: boolean): void
}

/**
 * Opens the scope of one call.
 *
 * @throws the signal's reason when it has aborted already
 */
export const callScope = ({ signal, deadlineMs, clock, late, silence }: CallScopeOptions): CallScope => {
  signal?.throwIfAborted()
  const controller = new AbortController()
  let ended: { readonly reason: unknown } | undefined
  let interrupt: (reason: unknown) => void = () => {}
  let listeningSince: number | undefined
  let closed = false
  let hushDeadline = (): void => {}
  let hushSilence: (() => void) | undefined

  const end = (reason: unknown): void => {
    if (ended) return
    ended = { reason }
    controller.abort(reason)
    interrupt(reason)
  }
  const abort = (): void => end(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  if (late && deadlineMs < Number.POSITIVE_INFINITY) {
    hushDeadline = clock.alarm(deadlineMs, () => end(late()))
  }

  /** One timer for all pieces: it is set again for what the silence has still to last. */
  const watch = ({ ms, error }: Silence, left: number): void => {
    hushSilence = clock.alarm(left, () => {
      const rest = ms - (listeningSince === undefined ? 0 : clock.now() - listeningSince)
      if (rest > 0) watch({ ms, error }, rest)
      else end(error())
    })
  }

  const wait = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      interrupt = reject
      if (ended) reject(ended.reason)
      work.then(resolve, error => reject(ended ? ended.reason : error))
    })

  const heard = async <T>(work: Promise<T>, { ms, error }: Silence): Promise<T> => {
    listeningSince = clock.now()
    if (!hushSilence && !closed) watch({ ms, error }, ms)
    try {
      return await wait(work)
    } finally {
      listeningSince = undefined
    }
  }

  return {
    signal: controller.signal,
    check() {
      if (ended) throw ended.reason
    },
    wait,
    listen: work => (silence ? heard(work, silence) : wait(work)),
    close(finished) {
      closed = true
      hushDeadline()
      hushSilence?.()
      signal?.removeEventListener('abort', abort)
      if (!finished && !ended) controller.abort(over)
    },
  }
}

const over = /* @__PURE__ */ new DOMException('The call is over.', 'AbortError')
