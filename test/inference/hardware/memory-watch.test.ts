import { describe, expect, test } from 'vitest'
import { memoryWatch } from '../../../src/inference/hardware/memory-watch.ts'
import { testClock } from '../../../src/testing/test-clock.ts'

describe('memoryWatch', () => {
  test('is short above the high share until below the low one', async () => {
    const clock = testClock()
    const shares = [0.5, 0.89, 0.9, 0.8, 0.76, 0.74, 0.89]
    const probe = { usedBytes: async () => (shares.shift() ?? 0) * 1000 }
    const watch = memoryWatch({ probe, limitBytes: 1000, everyMs: 100, clock })
    const seen: boolean[] = []
    for (let look = 0; look < 7; look += 1) {
      seen.push(await watch.isShort())
      await clock.advance(100)
    }
    expect(seen).toEqual([false, false, true, true, true, false, false])
  })

  test('looks once in its time, however often it is asked', async () => {
    const clock = testClock()
    let looks = 0
    const probe = {
      usedBytes: async () => {
        looks += 1
        return 950
      },
    }
    const watch = memoryWatch({ probe, limitBytes: 1000, everyMs: 100, clock })
    expect(await Promise.all([watch.isShort(), watch.isShort()])).toEqual([true, true])
    expect(await watch.isShort()).toBe(true)
    expect(looks).toBe(1)
    expect(clock.sleeping).toEqual([])
  })

  test('is never short where nobody says how much is used', async () => {
    const watch = memoryWatch({ probe: { usedBytes: async () => undefined }, limitBytes: 1 })
    expect(await watch.isShort()).toBe(false)
  })
})
