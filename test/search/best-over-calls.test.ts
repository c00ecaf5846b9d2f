import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestOverCalls, stepPath } from '../../src/search/best-over-calls.ts'

const point = (calls: number, score: number) => ({ calls, score })

describe('the best score over calls', () => {
  test('has a point for each candidate that was better than all before it', () => {
    const candidates = [point(30, 0.6), point(10, 0.5), point(20, 0.4), point(40, 0.6), point(40, 0.9)]
    expect(bestOverCalls(candidates)).toEqual([point(10, 0.5), point(30, 0.6), point(40, 0.9)])
    expect(bestOverCalls([])).toEqual([])
  })

  test('only grows, and ends with the best', () => {
    const candidates = fc.array(fc.record({ calls: fc.nat(50), score: fc.nat(9) }), { minLength: 1 })
    fc.assert(
      fc.property(candidates, all => {
        const points = bestOverCalls(all)
        expect(points.at(-1)?.score).toBe(Math.max(...all.map(({ score }) => score)))
        expect(points.every((one, at) => at === 0 || (points[at - 1]?.score ?? 0) < one.score)).toBe(true)
        expect(points.every((one, at) => at === 0 || (points[at - 1]?.calls ?? 0) < one.calls)).toBe(true)
      }),
    )
  })

  test('is drawn in steps, to the end of the calls', () => {
    const path = stepPath(
      [point(1, 2), point(3, 4)],
      9,
      calls => 10 * calls,
      score => 100 - score,
    )
    expect(path).toBe('M10 98H30V96H90')
    expect(stepPath([], 9, Number, Number)).toBe('')
  })
})
