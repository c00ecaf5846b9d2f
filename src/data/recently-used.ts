/** Keeps what was used last, up to a sum of weights. */
export interface RecentlyUsed<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value, weight: number): void
  delete(key: string): void
}

/** Drops the least recently used beyond `maxWeight`; what alone weighs more is not kept. */
export const recentlyUsed = <Value>(maxWeight: number): RecentlyUsed<Value> => {
  // A Map iterates in the order of insertion: the first is the one used longest ago.
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>()
  let total = 0

  const drop = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }

  return {
    delete: drop,
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, weight) {
      drop(key)
      if (weight > maxWeight) return
      entries.set(key, { value, weight })
      total += weight
      for (const oldest of entries.keys()) {
        if (total <= maxWeight) return
        drop(oldest)
      }
    },
  }
}
