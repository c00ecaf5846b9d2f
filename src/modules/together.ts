/**
 * Does something with every item at once; the results are in the order of the items. The first failure aborts the rest,
 * and is thrown when they have ended.
 */
export const together = async <Item, Result>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal, index: number) => Promise<Result>,
): Promise<readonly Result[]> => {
  const leaving = new AbortController()
  const inner = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal])
  let failure: { readonly error: unknown } | undefined
  const results: Result[] = []
  await Promise.all(
    items.map(async (item, index) => {
      try {
        results[index] = await work(item, inner, index)
      } catch (error) {
        failure ??= { error }
        leaving.abort(new DOMException('Another part of the run failed.', 'AbortError'))
      }
    }),
  )
  signal?.throwIfAborted()
  if (failure !== undefined) throw failure.error
  return results
}
