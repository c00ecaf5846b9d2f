/** What a caller of shared work may bring: a signal of its own. */
interface Leaving {
  readonly signal?: AbortSignal | undefined
}

/**
 * Work that is done once and then shared. A caller that comes while it is under way waits for it, no longer than its own
 * signal allows; where it fails, by its caller's abort say, who waited begins anew with what he brought.
 */
export const once = <Options extends Leaving, Result>(
  work: (options: Options) => Promise<Result>,
): ((options: Options) => Promise<Result>) => {
  let running: Promise<Result> | undefined
  return async options => {
    while (running !== undefined) {
      const joined = running
      const outcome = await unlessAborted(
        joined.then(
          result => ({ result }),
          () => undefined,
        ),
        options.signal,
      )
      if (outcome) return outcome.result
      if (running === joined) running = undefined
    }
    running = work(options)
    return running
  }
}

/** The promise, or the signal's reason as soon as it aborts. */
const unlessAborted = <Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> => {
  if (signal === undefined) return work
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
