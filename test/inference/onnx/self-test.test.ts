import { describe, expect, test } from 'vitest'
import type { Network } from '../../../src/inference/network.ts'
import { networkSelfTest, selfTestLogits } from '../../../src/inference/onnx/self-test.ts'

/** A network whose logits follow from its rows alone, plus what `error` adds to those of a row. */
const scripted = (error: (token: number) => number, branches = true): Network & { readonly freed: () => number } => {
  let freed = 0
  return {
    vocabularySize: 50,
    window: 100,
    branches,
    bytesPerSlot: 1,
    memory: slots => ({
      slots,
      copyFrom() {},
      free() {
        freed++
      },
    }),
    step: async (_, { tokens, keep }) =>
      Float32Array.from({ length: keep * 50 }, (_, index) => {
        const token = tokens[tokens.length - keep + Math.floor(index / 50)] ?? 0
        return Math.sin(token * 50 + (index % 50)) + error(token)
      }),
    close: async () => {},
    freed: () => freed,
  }
}

describe('the self-test of a network', () => {
  test('passes one that differs by rounding', async () => {
    const network = scripted(token => 1e-5 * Math.cos(token))
    const result = await networkSelfTest(
      network,
      scripted(() => 0),
    )
    expect(result.passed).toBe(true)
    expect(result.worst).toBeLessThan(1e-4)
    expect(network.freed()).toBe(1)
  })

  test('refuses one that is wrong in a single row, of branches too', async () => {
    const right = scripted(() => 0)
    const last = (93 * 7919 + 13) % 50
    for (const error of [10, Number.NaN, Number.POSITIVE_INFINITY]) {
      const wrong = scripted(token => (token === last ? error : 0))
      const result = await networkSelfTest(wrong, await selfTestLogits(right))
      expect(result.passed).toBe(false)
      expect(result.worst).toBeGreaterThan(1)
    }
  })

  test('compares networks that can do the same', async () => {
    const result = await networkSelfTest(
      scripted(() => 0, false),
      scripted(() => 0),
    )
    expect(result).toEqual({ passed: false, worst: Number.POSITIVE_INFINITY })
  })

  test('takes a tolerance', async () => {
    const off = scripted(() => 0.3)
    const right = scripted(() => 0)
    expect((await networkSelfTest(off, right)).passed).toBe(false)
    expect((await networkSelfTest(off, right, { tolerance: 1 })).passed).toBe(true)
  })
})
