/** One item finished, in the order of finishing. */
export interface Finished<Result> {
  readonly index: number
  readonly result: Result
}

export interface ConcurrencyOptions {
  /** Items worked on at once, at least 1. */
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Works on many items, a bounded number at once; yields each as it finishes and returns all results in item order.
 *
 * 1. Items start in order, and the next starts as soon as one ends, whether or not anybody is pulling.
 * 2. The returned results depend on the items only, never on the concurrency or on who finished first.
 * 3. After a failure nothing more starts; what is in flight ends first, then the failure of the lowest item is thrown.
 * 4. An abort, or leaving the iteration, aborts the signal of what is in flight and waits for it.
 *
 * @throws RangeError when the concurrency is not a whole number of at least 1
 */
export async function* mapConcurrently<Item, Result>(
  items: readonly Item[],
  { concurrency, signal }: ConcurrencyOptions,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<Finished<Result>, Result[], undefined> {
  if (!(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new RangeError(`Expected a concurrency of 1 or more, got ${concurrency}. Write 8.`)
  }
  signal?.throwIfAborted()
  const leaving = new AbortController()
  const inner = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal
  const inFlight = new Set<Promise<void>>()
  const unseen: Finished<Result>[] = []
  const results = new Map<number, Result>()
  const failures = new Map<number, unknown>()
  let started = 0
  let wake = (): void => {}

  const launch = (): void => {
    while (started < items.length && inFlight.size < concurrency && failures.size === 0 && !inner.aborted) {
      const index = started++
      const running = attempt(index).then(() => {
        inFlight.delete(running)
        launch()
        wake()
      })
      inFlight.add(running)
    }
  }
  const attempt = async (index: number): Promise<void> => {
    try {
      const result = await work(items[index] as Item, index, inner)
      results.set(index, result)
      unseen.push({ index, result })
    } catch (error) {
      failures.set(index, error)
    }
  }

  launch()
  try {
    while (unseen.length > 0 || inFlight.size > 0) {
      const next = unseen.shift()
      if (next) yield next
      else {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    }
    signal?.throwIfAborted()
    if (failures.size > 0) throw failures.get(Math.min(...failures.keys()))
    return items.map((_, index) => results.get(index) as Result)
  } finally {
    leaving.abort(new DOMException('The work was left before it ended.', 'AbortError'))
    await Promise.all(inFlight)
  }
}
