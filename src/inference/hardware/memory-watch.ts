import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import type { HardwareProbe } from './hardware.ts'

export interface MemoryWatchOptions {
  readonly probe: Pick<HardwareProbe, 'usedBytes'>
  /** Bytes that this process or page may take. */
  readonly limitBytes: number
  /** The share of the limit above which memory is short; 0.9 when absent. */
  readonly high?: number
  /** The share below which it is enough again; 0.75 when absent. */
  readonly low?: number
  /** Milliseconds between two looks; 5,000 when absent. Looking is not free: browsers collect garbage for it. */
  readonly everyMs?: number
  readonly clock?: Pick<Clock, 'now'>
}

export interface MemoryWatch {
  /** Whether memory is short, by the last look or a new one. Between the two shares it stays what it was. */
  isShort(): Promise<boolean>
}

/**
 * Watches the memory of a process, when somebody asks: it sets no timer, so that nothing is kept alive by it. Where nobody
 * says how much is used it is never short.
 */
export const memoryWatch = ({
  probe,
  limitBytes,
  high = 0.9,
  low = 0.75,
  everyMs = 5000,
  clock = systemClock,
}: MemoryWatchOptions): MemoryWatch => {
  let short = false
  let looked = Number.NEGATIVE_INFINITY
  let looking: Promise<boolean> | undefined

  const look = async (): Promise<boolean> => {
    try {
      const share = ((await probe.usedBytes()) ?? 0) / limitBytes
      short = short ? share >= low : share >= high
      return short
    } finally {
      looking = undefined
    }
  }

  return {
    async isShort() {
      if (looking) return looking
      if (clock.now() - looked < everyMs) return short
      looked = clock.now()
      looking = look()
      return looking
    },
  }
}
