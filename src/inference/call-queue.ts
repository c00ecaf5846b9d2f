/** Runs one piece of work at a time: lower priority first, then in order of arrival. */
export interface CallQueue {
  /** Waits for its turn; rejects with the signal's reason when it aborts first. */
  run<Result>(
    work: () => Promise<Result>,
    options: { readonly priority: number; readonly signal?: AbortSignal },
  ): Promise<Result>
}

interface Waiting {
  readonly priority: number
  readonly start: () => void
}

/** A queue for a device that does one thing at a time. */
export const callQueue = (): CallQueue => {
  const waiting: Waiting[] = []
  let busy = false

  const next = (): void => {
    const first = waiting.reduce<Waiting | undefined>(
      (best, one) => (best === undefined || one.priority < best.priority ? one : best),
      undefined,
    )
    if (first === undefined) {
      busy = false
      return
    }
    waiting.splice(waiting.indexOf(first), 1)
    first.start()
  }

  const turn = (priority: number, signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted()
    if (!busy) {
      busy = true
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        priority,
        start: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      const leave = (): void => {
        waiting.splice(waiting.indexOf(entry), 1)
        reject(signal?.reason)
      }
      waiting.push(entry)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  return {
    async run(work, { priority, signal }) {
      await turn(priority, signal)
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}
