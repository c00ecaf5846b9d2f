/** Time as an argument. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `ring` after `ms` milliseconds, unless what it returns is called first. */
  alarm(ms: number, ring: () => void): () => void
}
