/** Counts every request sent for one prediction, transport retries and re-asks alike, against one bound. */
export interface AttemptCounter {
  readonly used: number
  readonly limit: number
  /** Counts one more; false, and nothing counted, when the bound is reached. */
  take(): boolean
}

/** A counter that allows `limit` attempts, at least 1. */
export const attemptCounter = (limit: number): AttemptCounter => {
  let used = 0
  return {
    get used() {
      return used
    },
    limit,
    take() {
      if (used >= limit) return false
      used += 1
      return true
    },
  }
}
