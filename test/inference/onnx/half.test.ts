import { expect, test } from 'vitest'
import { halfTable } from '../../../src/inference/onnx/half.ts'

test('halves have the numbers of their bits', () => {
  const table = halfTable()
  const known: readonly (readonly [number, number])[] = [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0xfbff, -65_504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ]
  for (const [bits, value] of known) expect(table[bits]).toBe(value)
  expect(Object.is(table[0x8000], -0)).toBe(true)
})
