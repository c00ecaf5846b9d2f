/** The promise, or the reason of the signal as soon as it aborts, even when the work ignores it. */
export const unlessAborted = async <Value>(
  work: () => Value | Promise<Value>,
  signal?: AbortSignal,
): Promise<Value> => {
  signal?.throwIfAborted()
  if (signal === undefined) return work()
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    // The work begins after the promise above is there: an abort at once is not missed.
    return await Promise.race([aborted, Promise.resolve().then(work)])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
