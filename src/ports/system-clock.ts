import type { Clock } from './clock.ts'

/** What timers can hold, about 24 days; longer sleeps end there. */
const longest = 2 ** 31 - 1

/** The platform's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(wake, Math.min(ms, longest))
      signal?.addEventListener('abort', abort, { once: true })
    }),
  alarm(ms, ring) {
    const timer = setTimeout(ring, Math.min(ms, longest))
    return () => clearTimeout(timer)
  },
}
