import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Network } from '../../src/inference/network.ts'

export interface DynamicNetworkCase {
  readonly make: () => Promise<Network>
  readonly expected: {
    readonly tokens: readonly number[]
    /** Of all rows, and of the last one where only that one goes to the head, whose scale is then taken over it alone. */
    readonly weights: { readonly q8: { readonly logits: number[][]; readonly last: number[][] } }
  }
  /** Greatest difference of a logit. */
  readonly tolerance: number
}

/**
 * A network whose rows are rounded to bytes in each step, with one scale for all of them (DynamicQuantizeLinear and
 * MatMulInteger): what a row gives depends on the rows beside it, so that only whole steps can be compared.
 */
export const describeDynamicNetwork = (name: string, { make, expected, tolerance }: DynamicNetworkCase): void => {
  const { tokens } = expected
  const { logits, last } = expected.weights.q8

  describe(name, () => {
    let network: Network
    beforeAll(async () => {
      network = await make()
    }, 120_000)
    afterAll(() => network.close())

    const stepped = async (keep: number): Promise<Float32Array> => {
      const memory = network.memory(tokens.length)
      try {
        const positions = tokens.map((_, index) => index)
        return (await network.step(memory, { tokens, positions, at: 0, keep })).slice()
      } finally {
        memory.free()
      }
    }

    // The last layer too takes its scales over all rows, whichever of them are wanted.
    test.each([
      ['all rows', tokens.length, logits],
      ['the last row', 1, last],
    ])('%s of one step have the logits of the reference', async (_, keep, rows) => {
      const found = await stepped(keep)
      const wanted = rows.flat()
      expect(found.length).toBe(wanted.length)
      const differences = wanted.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN)))
      expect(Math.max(...differences)).toBeLessThan(tolerance)
    })
  })
}
