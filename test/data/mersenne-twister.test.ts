import { expect, test } from 'vitest'
import { mersenneTwister } from '../../src/data/mersenne-twister.ts'

test('gives the first words of the authors, for their key', () => {
  const word = mersenneTwister([0x123, 0x234, 0x345, 0x456])
  expect([word(), word(), word(), word(), word()]).toEqual([1067595299, 955945823, 477289528, 4107218783, 4228976476])
})

test('gives the last of a thousand words of the authors', () => {
  const word = mersenneTwister([0x123, 0x234, 0x345, 0x456])
  const words = Array.from({ length: 1000 }, () => word())
  expect(words.at(-1)).toBe(3460025646)
})
