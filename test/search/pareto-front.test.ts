import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { mean } from '../../src/evaluation/statistics.ts'
import type { ScoredCandidate } from '../../src/search/candidate.ts'
import {
  drawFromFront,
  frontCounts,
  paretoFront,
  type RowFronts,
  rowFronts,
  withoutDominated,
} from '../../src/search/pareto-front.ts'

/** Scores of up to 8 candidates on up to 10 rows, with many ties. */
const scores = fc.integer({ min: 1, max: 10 }).chain(rows =>
  fc.array(fc.array(fc.constantFrom(0, 0.5, 1), { minLength: rows, maxLength: rows }), {
    minLength: 1,
    maxLength: 8,
  }),
)

const frontsOf = (table: readonly (readonly number[])[]): RowFronts =>
  withoutDominated(rowFronts(table), table.map(mean))

/** Whether others of the front are as good on every row where the candidate is best: the reference's definition, word by word. */
const isDominated = (candidate: number, among: readonly number[], fronts: RowFronts): boolean =>
  fronts
    .filter(front => front.includes(candidate))
    .every(front => front.some(other => other !== candidate && among.includes(other)))

test('the best of a row are those with its highest score', () => {
  expect(
    rowFronts([
      [1, 0, 0.5],
      [0, 0, 0.5],
      [0, 0, 1],
    ]),
  ).toEqual([[0], [0, 1, 2], [2]])
})

test('a candidate goes where others are as good on all its rows, the one with the lowest mean first', () => {
  const table = [
    [1, 0, 0],
    [1, 1, 0],
    [0, 1, 1],
  ]
  expect(frontsOf(table)).toEqual([[1], [1, 2], [2]])
  expect(frontCounts(frontsOf(table))).toEqual(
    new Map([
      [1, 2],
      [2, 2],
    ]),
  )
})

test('no front loses its last candidate, and none that stays is dominated', () => {
  fc.assert(
    fc.property(scores, table => {
      const all = rowFronts(table)
      const fronts = frontsOf(table)
      const left = [...frontCounts(fronts).keys()]
      for (const [row, front] of fronts.entries()) {
        expect(front.length).toBeGreaterThan(0)
        for (const candidate of front) expect(all[row]).toContain(candidate)
      }
      for (const candidate of left) expect(isDominated(candidate, left, all)).toBe(false)
    }),
    { seed: 11 },
  )
})

test('who is worse than another on every row is never in a front', () => {
  fc.assert(
    fc.property(scores, table => {
      const worse = (table[0] ?? []).map(score => score - 0.25)
      const fronts = frontsOf([...table, worse])
      for (const front of fronts) expect(front).not.toContain(table.length)
    }),
    { seed: 12 },
  )
})

test('candidates are drawn as often as there are rows on which they are best', () => {
  const fronts = [[0], [0], [0], [1], [1, 2], [0, 2]]
  const random = seededRandom(5)
  const drawn = Array.from({ length: 8_000 }, () => drawFromFront(fronts, random))
  const share = (candidate: number) => drawn.filter(one => one === candidate).length / drawn.length
  expect(share(0)).toBeCloseTo(4 / 8, 1)
  expect(share(1)).toBeCloseTo(2 / 8, 1)
  expect(share(2)).toBeCloseTo(2 / 8, 1)
})

const scored = (index: number, scores: readonly number[]): ScoredCandidate => ({
  ...{ index, label: `candidate ${index}`, state: {}, score: mean(scores), low: 0, high: 1, failures: 0, calls: 0 },
  scores,
})

test('the front of a result names the survivors, the most versatile first', () => {
  const candidates = [scored(3, [1, 1, 1, 0]), scored(0, [0, 0, 0, 1]), scored(1, [1, 0, 0, 0]), scored(5, [1, 1])]
  expect(paretoFront(candidates).map(({ candidate, rows }) => [candidate.index, rows])).toEqual([
    [3, 3],
    [0, 1],
  ])
  expect(paretoFront([])).toEqual([])
})
