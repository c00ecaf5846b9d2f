import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { signFlipTest } from '../../src/evaluation/sign-flip-test.ts'

const repeat = (value: number, count: number) => Array.from({ length: count }, () => value)

describe('signFlipTest', () => {
  test.each([
    ['six wins of six', repeat(1, 6), 2 / 64],
    ['one win', [1], 1],
    ['three wins, one loss', [1, 1, 1, -1], 10 / 16],
    ['as many wins as losses', [1, -1], 1],
    ['nothing moved', [0, 0, 0], 1],
    ['nothing at all', [], 1],
  ])('is exact for few differences: %s', (_, differences, p) => {
    expect(signFlipTest(differences)).toBeCloseTo(p, 12)
  })

  test('leaves out what did not move', () => {
    expect(signFlipTest([...repeat(1, 6), ...repeat(0, 50)])).toBe(signFlipTest(repeat(1, 6)))
  })

  test('is near the exact value for many differences, and never 0', () => {
    expect(signFlipTest([...repeat(1, 14), ...repeat(-1, 6)], { seed: 1 })).toBeCloseTo(0.115, 1)
    expect(signFlipTest(repeat(1, 40))).toBeCloseTo(1 / 10_001, 8)
  })

  test('calls one in twenty significant where there is no difference', () => {
    const random = seededRandom(11)
    let significant = 0
    for (let trial = 0; trial < 400; trial += 1) {
      const differences = Array.from({ length: 30 }, () => random.random() - 0.5)
      if (signFlipTest(differences, { seed: trial, flips: 400 }) < 0.05) significant += 1
    }
    expect(significant / 400).toBeLessThan(0.09)
  })
})
