import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { split } from '../../src/data/split.ts'

const rows = Array.from({ length: 10 }, (_, id) => ({ id }))

describe('split', () => {
  test('cuts rows into parts of the shares asked for', () => {
    const { train, dev, test } = split(rows, { train: 0.5, dev: 0.3, test: 0.2, seed: 7 })
    expect([train.length, dev.length, test.length]).toEqual([5, 3, 2])
  })

  test('loses and repeats no row when the shares add up to 1', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer(), fc.nat(10), fc.nat(10), (count, seed, a, b) => {
        const all = Array.from({ length: count }, (_, id) => id)
        const [low, high] = [Math.min(a, b) / 10, Math.max(a, b) / 10]
        const parts = split(all, { train: low, dev: high - low, test: 1 - high, seed })
        expect([...parts.train, ...parts.dev, ...parts.test].toSorted((x, y) => x - y)).toEqual(all)
      }),
    )
  })

  test('gives the same parts for the same seed, others for another', () => {
    expect(split(rows, { seed: 1 })).toEqual(split(rows, { seed: 1 }))
    expect(split(rows, { seed: 1 })).not.toEqual(split(rows, { seed: 2 }))
  })

  test('refuses shares beyond the whole', () => {
    expect(() => split(rows, { train: 0.9, dev: 0.2, test: 0 })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid' }),
    )
  })
})
