import { describe, expect, test } from 'vitest'
import { networkSpeed } from '../../../src/inference/hardware/network-speed.ts'
import type { Network, NetworkRows } from '../../../src/inference/network.ts'

/** A network whose steps take the milliseconds that `takes` says, by a clock that only they move. */
const scripted = (takes: (rows: NetworkRows, step: number) => number, window = 1000) => {
  let now = 0
  let freed = 0
  const steps: NetworkRows[] = []
  const network: Network = {
    ...{ vocabularySize: 100, window, branches: true, bytesPerSlot: 8 },
    memory: slots => ({
      slots,
      copyFrom() {},
      free() {
        freed += 1
      },
    }),
    async step(memory, rows) {
      expect(rows.at + rows.tokens.length).toBeLessThanOrEqual(memory.slots)
      now += takes(rows, steps.length)
      steps.push(rows)
      return new Float32Array(100)
    },
    async close() {},
  }
  return { network, steps, clock: { now: () => now }, freed: () => freed }
}

describe('networkSpeed', () => {
  test('counts what is read and what is written, by the quickest round', async () => {
    // 48 tokens in 10 ms and 6 of 5 ms each; every other round is disturbed.
    const { network, clock, freed } = scripted(({ tokens }, step) =>
      tokens.length > 1 ? 10 : Math.floor(step / 7) % 2 === 0 ? 5 : 50,
    )
    expect(await networkSpeed(network, { maxMs: 1000, clock })).toBe(54_000 / 40)
    expect(freed()).toBe(1)
  })

  test('does not count the round that compiles kernels', async () => {
    const { network, clock } = scripted((_, step) => (step === 0 ? 90 : 1))
    expect(await networkSpeed(network, { maxMs: 100, clock })).toBe(54_000 / 7)
  })

  test('ends with the first round that takes longer than allowed', async () => {
    const { network, clock, steps } = scripted(() => 100)
    expect(await networkSpeed(network, { maxMs: 300, clock })).toBe(54_000 / 700)
    expect(steps).toHaveLength(7)
  })

  test('begins no round after its time, and no ninth that is counted', async () => {
    const slow = scripted(() => 10)
    await networkSpeed(slow.network, { maxMs: 100, clock: slow.clock })
    expect(slow.clock.now()).toBe(70 + 140) // the second begins at 70, the third at 140, and at 210 the time is up
    const quick = scripted(() => 0)
    expect(await networkSpeed(quick.network, { clock: quick.clock })).toBe(Number.POSITIVE_INFINITY)
    expect(quick.steps).toHaveLength(9 * 7)
  })

  test('stays within a short window', async () => {
    const { network, clock, steps } = scripted(() => 100, 16)
    expect(await networkSpeed(network, { maxMs: 1, clock })).toBe(16_000 / 700)
    expect(steps.flatMap(({ positions }) => positions)).toEqual(Array.from({ length: 16 }, (_, position) => position))
  })

  test('an abort ends it before the next step, and the memory is given back', async () => {
    const controller = new AbortController()
    const { network, clock, steps, freed } = scripted(() => {
      controller.abort()
      return 1
    })
    const { signal } = controller
    await expect(networkSpeed(network, { clock, signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(steps).toHaveLength(1)
    expect(freed()).toBe(1)
  })

  test('a network that breaks rejects, and the memory is given back', async () => {
    const { network, clock, freed } = scripted(() => {
      throw new Error('the GPU is gone')
    })
    await expect(networkSpeed(network, { clock })).rejects.toThrow('the GPU is gone')
    expect(freed()).toBe(1)
  })
})
