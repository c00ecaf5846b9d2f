const minuteMs = 60_000

/** Counts `amount` instead of what was thought; what is more than that counts from now. */
export type Correct = (amount: number, now: number) => void

/** Counts what happened in the last minute. */
export interface RateWindow {
  /** Milliseconds until `amount` fits, 0 when it does now. More than the whole limit fits when nothing else is counted. */
  waitMs(amount: number, now: number): number
  add(amount: number, now: number): Correct
}

/**
 * A window in which in no 60 seconds more than `limit` is counted.
 *
 * It is stricter than a token bucket of the same size, which lets through nearly twice its rate in the minute after a
 * pause: a provider that counts by the minute would refuse those.
 */
export const rateWindow = (limit: number): RateWindow => {
  let entries: { readonly at: number; amount: number }[] = []
  let first = 0 // what lies before it has passed
  let sum = 0

  const forget = (now: number): void => {
    for (let entry = entries[first]; entry && entry.at + minuteMs <= now; entry = entries[first]) {
      sum -= entry.amount
      first += 1
    }
    if (first > 64 && first > entries.length / 2) {
      entries = entries.slice(first)
      first = 0
    }
  }

  const add = (amount: number, now: number): Correct => {
    const entry = { at: now, amount }
    entries.push(entry)
    sum += amount
    return (corrected, later) => {
      forget(later)
      if (corrected > entry.amount) add(corrected - entry.amount, later)
      else if (entry.at + minuteMs > later) {
        sum -= entry.amount - corrected
        entry.amount = corrected
      }
    }
  }

  return {
    add,
    waitMs(amount, now) {
      forget(now)
      const most = limit - Math.min(amount, limit)
      let left = sum
      let wait = 0
      for (let index = first; left > most; index += 1) {
        const entry = entries[index]
        if (!entry) break
        left -= entry.amount
        wait = entry.at + minuteMs - now
      }
      return wait
    },
  }
}
