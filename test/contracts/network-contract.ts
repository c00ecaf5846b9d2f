import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import type { AttentionMemory, Network, NetworkRows } from '../../src/inference/network.ts'

/** What a network computes, by a reference: `expected.json` of test/vectors/networks. */
export interface ExpectedLogits {
  readonly tokens: readonly number[]
  /** Tokens that all branches begin with. */
  readonly beginning: number
  readonly branches: readonly (readonly number[])[]
  /** Logits of every token, and of the last token of each branch. */
  readonly weights: Readonly<Record<string, { readonly logits: readonly number[][]; readonly branches: number[][] }>>
}

export interface NetworkCase {
  readonly make: () => Promise<Network>
  readonly expected: ExpectedLogits
  readonly weights: string
  /** Greatest difference of a logit. */
  readonly tolerance: number
}

/** What src/inference/network.ts says, point by point, against the logits of a reference. */
export const describeNetwork = (name: string, { make, expected, weights, tolerance }: NetworkCase): void => {
  const { tokens, beginning, branches } = expected
  const reference = expected.weights[weights]
  if (reference === undefined) throw new Error(`There are no expectations for ${weights}.`)
  const { logits } = reference

  describe(name, () => {
    let network: Network
    beforeAll(async () => {
      network = await make()
    }, 120_000)
    afterAll(() => network.close())

    const width = (): number => network.vocabularySize
    const near = (actual: Float32Array, rows: readonly (readonly number[])[]): void => {
      expect(actual.length).toBe(rows.length * width())
      let worst = 0
      for (const [row, values] of rows.entries()) {
        for (const [index, value] of values.entries()) {
          worst = Math.max(worst, Math.abs(value - (actual[row * width() + index] ?? Number.NaN)))
        }
      }
      expect(worst).toBeLessThan(tolerance)
    }
    const causal = (from: number, to: number, keep = to - from): NetworkRows => ({
      tokens: tokens.slice(from, to),
      positions: tokens.slice(from, to).map((_, index) => from + index),
      at: from,
      keep,
    })
    const withMemory = async (slots: number, use: (memory: AttentionMemory) => Promise<void>): Promise<void> => {
      const memory = network.memory(slots)
      try {
        await use(memory)
      } finally {
        memory.free()
      }
    }

    test('the rows of one step have the logits of the reference', () =>
      withMemory(tokens.length, async memory => {
        near(await network.step(memory, causal(0, tokens.length)), logits)
      }))

    test('so have rows that come one by one, and in parts', () =>
      withMemory(40, async memory => {
        for (let at = 0; at < tokens.length; at++) {
          near(await network.step(memory, causal(at, at + 1)), logits.slice(at, at + 1))
        }
        near(await network.step(memory, causal(0, 7)), logits.slice(0, 7))
        near(await network.step(memory, causal(7, tokens.length)), logits.slice(7))
      }))

    test('a step gives the logits of the rows that are kept, also of none', () =>
      withMemory(tokens.length, async memory => {
        near(await network.step(memory, causal(0, 6, 0)), [])
        near(await network.step(memory, causal(6, tokens.length, 2)), logits.slice(-2))
      }))

    test('slots may be written again: what lay above does not matter', () =>
      withMemory(64, async memory => {
        const noise = { ...causal(0, tokens.length, 0), tokens: tokens.map(token => (token * 7) % width()) }
        await network.step(memory, noise)
        near(await network.step(memory, causal(0, 4, 1)), logits.slice(3, 4))
        near(await network.step(memory, causal(4, 5)), logits.slice(4, 5))
      }))

    test('a step that is refused leaves its memory as it was', () =>
      withMemory(tokens.length, async memory => {
        await network.step(memory, causal(0, 6, 0))
        const next = causal(6, 8)
        const wrong: readonly NetworkRows[] = [
          { ...next, at: tokens.length },
          { ...next, at: -1 },
          { ...next, tokens: [1, width()] },
          { ...next, positions: [6] },
          { ...next, positions: [6, network.window] },
          { ...next, keep: 3 },
          { ...next, tokens: [], positions: [] },
          { ...next, visible: [[0, 7], []] },
        ]
        for (const rows of wrong) {
          await expect(network.step(memory, rows)).rejects.toSatisfy(error => KkachiError.is(error, 'runtime/failed'))
        }
        near(await network.step(memory, causal(6, tokens.length)), logits.slice(6))
      }))

    test('state is copied between memories of one network', () =>
      withMemory(tokens.length, first =>
        withMemory(30, async second => {
          await network.step(first, causal(0, 6, 0))
          second.copyFrom(first, 0, 0, 6)
          near(await network.step(second, causal(6, tokens.length)), logits.slice(6))
          expect(() => second.copyFrom(first, 8, 0, 6)).toThrow(KkachiError)
        }),
      ))

    test('a memory that is freed is refused; freeing it twice is freeing it once', async () => {
      const memory = network.memory(8)
      memory.free()
      memory.free()
      await expect(network.step(memory, causal(0, 2))).rejects.toSatisfy(error =>
        KkachiError.is(error, 'runtime/failed'),
      )
    })

    test('branches side by side have the logits they have alone', async () => {
      if (!network.branches) return
      await withMemory(40, async memory => {
        await network.step(memory, causal(0, beginning, 0))
        // Row by row of all branches, as they would be decoded: ends last.
        const own = branches.map((): number[] => [])
        const ends: { readonly token: number; readonly branch: number; readonly position: number }[] = []
        const rows: typeof ends = []
        for (const [branch, all] of branches.entries()) {
          for (const [index, token] of all.entries()) {
            const row = { token, branch, position: beginning + index }
            if (index === all.length - 1) ends.push(row)
            else rows.push(row)
          }
        }
        rows.push(...ends)
        const visible = rows.map(({ branch }, index) => {
          const seen = [0, beginning, ...(own[branch] ?? []).flatMap(slot => [slot, slot + 1])]
          own[branch]?.push(beginning + index)
          return seen
        })
        const packed = await network.step(memory, {
          tokens: rows.map(({ token }) => token),
          positions: rows.map(({ position }) => position),
          at: beginning,
          visible,
          keep: branches.length,
        })
        near(packed, reference.branches)
      })
    })

    test('state that is moved to other slots keeps its position', async () => {
      if (!network.branches) return
      await withMemory(60, async memory => {
        await network.step(memory, causal(0, 6, 0))
        memory.copyFrom(memory, 0, 3, 6)
        memory.copyFrom(memory, 3, 20, 6)
        const rest = causal(6, tokens.length)
        near(
          await network.step(memory, {
            ...rest,
            at: 40,
            visible: rest.tokens.map((_, row) => (row === 0 ? [20, 26] : [20, 26, 40, 40 + row])),
          }),
          logits.slice(6),
        )
      })
    })

    test('steps come one after the other', () =>
      withMemory(tokens.length, async memory => {
        const step = network.step(memory, causal(0, 4))
        await expect(network.step(memory, causal(4, 5))).rejects.toSatisfy(error =>
          KkachiError.is(error, 'runtime/failed'),
        )
        near(await step, logits.slice(0, 4))
      }))

    test('a closed network refuses steps', async () => {
      const other = await make()
      const memory = other.memory(8)
      await other.close()
      await other.close()
      await expect(other.step(memory, causal(0, 2))).rejects.toSatisfy(error => KkachiError.is(error, 'runtime/failed'))
      memory.free()
    })
  })
}
