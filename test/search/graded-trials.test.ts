import { expect, test } from 'vitest'
import { gradedTrials } from '../../src/search/graded-trials.ts'

const entrants = [
  { key: 'student', effects: [] },
  { key: 'demos', effects: [0, 2] },
]

test('likelihoods are trials of the rows that were not run', () => {
  const likelihoods = new Map([
    [
      'demos',
      new Map([
        [0, 0.9],
        [1, 0.7],
        [2, Number.NaN],
      ]),
    ],
    ['student', new Map([[0, 0.2]])],
    ['gone', new Map([[0, 0.5]])],
  ])
  expect(gradedTrials(entrants, likelihoods, (key, row) => key === 'demos' && row === 1)).toEqual([
    { effects: [], row: 0, score: 0.2 },
    { effects: [0, 2], row: 0, score: 0.9 },
  ])
})
