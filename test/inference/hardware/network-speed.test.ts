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
      tokens.length > 1 ? 10 : Math.floor((step - 2) / 7) % 2 === 0 ? 5 : 50,
    )
    expect(await networkSpeed(network, { maxMs: 1000, clock })).toBe(54_000 / 40)
    expect(freed()).toBe(1)
  })

  test('does not count the steps that compile kernels', async () => {
    const { network, clock } = scripted((_, step) => (step < 2 ? 400 : 1))
    expect(await networkSpeed(network, { maxMs: 100, clock })).toBe(54_000 / 7)
  })

  test('times steps behind tokens that nobody computed, as far as the window reaches', async () => {
    for (const [behind, window, before] of [
      [512, 1000, 512],
      [512, 100, 46],
      [512, 30, 0],
    ] as const) {
      const { network, clock, steps } = scripted(() => 100, window)
      await networkSpeed(network, { maxMs: 10, clock, behind })
      expect([steps[0]?.at, steps[0]?.positions[0]]).toEqual([before, before])
      expect(steps[1]?.at).toBe(before + (steps[0]?.tokens.length ?? 0))
    }
  })

  test('leaves it at two steps where they take ten times as long as allowed', async () => {
    const { network, clock, steps } = scripted(() => 1000)
    expect(await networkSpeed(network, { maxMs: 200, clock })).toBe(54_000 / 7000)
    expect(steps).toHaveLength(2)
  })

  test('begins no step after its time, and what a round lacks counts as long as its last step', async () => {
    const { network, clock, steps } = scripted(({ tokens }) => (tokens.length > 1 ? 200 : 60))
    expect(await networkSpeed(network, { maxMs: 300, clock })).toBe(54_000 / (200 + 6 * 60))
    expect(steps).toHaveLength(2 + 3) // at 200, 260 and 320
  })

  test('computes eight rounds at most', async () => {
    const { network, clock, steps } = scripted(() => 0)
    expect(await networkSpeed(network, { clock })).toBe(Number.POSITIVE_INFINITY)
    expect(steps).toHaveLength(2 + 8 * 7)
  })

  test('stays within a short window', async () => {
    const { network, clock, steps } = scripted(() => 100, 16)
    expect(await networkSpeed(network, { maxMs: 700, clock })).toBe(16_000 / 700)
    const positions = new Set(steps.flatMap(({ positions }) => positions))
    expect([...positions]).toEqual(Array.from({ length: 16 }, (_, position) => position))
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
