import { describe, expect, test } from 'vitest'
import { contrastsOf, quantile } from '../../src/search/contrast.ts'
import type { Observation } from '../../src/search/observation.ts'

const run = (row: number, score: number, candidate = 0): Observation => ({
  ...{ candidate, part: 'train', row, score },
  passed: score > 0,
  trace: [],
})

describe('contrastsOf', () => {
  test('puts rows first whose runs differ most, then the better ones, then those with fewer good runs', () => {
    const rows = contrastsOf([
      [run(0, 1), run(0, 1), run(0, 1)],
      [run(1, 0.5), run(1, 0), run(1, 0)],
      [run(2, 1), run(2, 1), run(2, 0)],
      [run(3, 1), run(3, 0), run(3, 0)],
      [run(4, 0.75), run(4, 0.25), run(4, 0.25)],
    ])
    expect(rows.map(({ good }) => good.row)).toEqual([3, 2, 4, 1, 0])
  })

  test('takes the first of the best runs and the last of the worst', () => {
    const [contrast] = contrastsOf([[run(0, 0, 1), run(0, 1, 2), run(0, 1, 3), run(0, 0, 4)]])
    expect(contrast).toMatchObject({ good: { candidate: 2 }, bad: { candidate: 4 }, gap: 1, lead: 0.5 })
  })
})

describe('quantile', () => {
  test.each([
    [[0, 1, 2, 3, 4], 0.1, 0.4],
    [[4, 1, 3, 2], 0.9, 3.7],
    [[0, 0, 0, 1], 0.9, 0.7],
    [[5], 0.1, 5],
    [[], 0.1, 0],
  ] as const)('of %j at %d is %d, as numpy.percentile says', (values, share, expected) => {
    expect(quantile(values, share)).toBeCloseTo(expected, 12)
  })
})
