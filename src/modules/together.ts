import { mapConcurrently } from '../data/map-concurrently.ts'

/** Does something with every item at once; the first failure aborts the rest, and is thrown when they have ended. */
export const together = async <Item, Result>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> => {
  const all = mapConcurrently(items, { concurrency: Math.max(1, items.length), signal }, work)
  for (;;) {
    const { done, value } = await all.next()
    if (done === true) return value
  }
}
