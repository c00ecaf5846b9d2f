import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mapConcurrently } from '../../src/data/map-concurrently.ts'

/** Ends after some turns of the event loop, so that items finish out of order. */
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
}

const drain = async <T, R>(work: AsyncGenerator<T, R, undefined>) => {
  const seen: T[] = []
  let step = await work.next()
  while (!step.done) {
    seen.push(step.value)
    step = await work.next()
  }
  return { seen, result: step.value }
}

describe('mapConcurrently', () => {
  test('returns results in item order at every concurrency, whoever finishes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 64 }), async (delays, concurrency) => {
        const { seen, result } = await drain(
          mapConcurrently(delays, { concurrency }, async (delay, index) => {
            await turns(delay)
            return index
          }),
        )
        expect(result).toEqual(delays.map((_, index) => index))
        expect(seen.map(finished => finished.index).toSorted((a, b) => a - b)).toEqual(result)
      }),
    )
  })

  test('never works on more items than allowed, and always on as many as it can', async () => {
    let running = 0
    let most = 0
    const { result } = await drain(
      mapConcurrently([5, 1, 3, 1, 4, 1], { concurrency: 3 }, async delay => {
        most = Math.max(most, ++running)
        await turns(delay)
        running -= 1
        return delay
      }),
    )
    expect(result).toHaveLength(6)
    expect(most).toBe(3)
  })

  test('yields what is finished as it finishes', async () => {
    const { seen } = await drain(
      mapConcurrently([9, 1], { concurrency: 2 }, async delay => {
        await turns(delay)
        return delay
      }),
    )
    expect(seen.map(finished => finished.index)).toEqual([1, 0])
  })

  test('starts nothing more after a failure and throws that of the lowest item', async () => {
    const started: number[] = []
    const work = mapConcurrently([9, 1, 1, 1, 1], { concurrency: 2 }, async (delay, index) => {
      started.push(index)
      await turns(delay)
      throw new Error(`item ${index}`)
    })
    await expect(drain(work)).rejects.toThrow('item 0')
    expect(started).toEqual([0, 1])
  })

  test('aborts and awaits what is in flight when it is left', async () => {
    const ended: number[] = []
    const work = mapConcurrently([0, 50, 50], { concurrency: 3 }, async (delay, index, signal) => {
      await turns(delay)
      if (signal.aborted) ended.push(index)
      return index
    })
    for await (const _ of work) break
    expect(ended).toEqual([1, 2])
  })

  test('throws the reason of an abort, after what is in flight has ended', async () => {
    const controller = new AbortController()
    const started: number[] = []
    const work = mapConcurrently([1, 1, 1], { concurrency: 1, signal: controller.signal }, async (_, index) => {
      started.push(index)
      controller.abort()
    })
    await expect(drain(work)).rejects.toMatchObject({ name: 'AbortError' })
    expect(started).toEqual([0])
  })

  test('refuses a concurrency below 1', async () => {
    await expect(drain(mapConcurrently([1], { concurrency: 0 }, async () => 1))).rejects.toThrow(RangeError)
  })
})
