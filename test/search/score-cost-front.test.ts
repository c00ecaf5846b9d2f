import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FrontPoint, scoreCostFront } from '../../src/search/score-cost-front.ts'

const point = (candidate: number, score: number, promptTokens: number): FrontPoint => ({
  ...{ candidate, label: `candidate ${candidate}`, score, promptTokens },
  ...{ low: score, high: score },
})

describe('scoreCostFront', () => {
  test('keeps what is cheaper or better than everything else, the cheapest first', () => {
    const points = [point(0, 0.5, 100), point(1, 0.9, 900), point(2, 0.4, 200), point(3, 0.8, 300), point(4, 0.8, 400)]
    expect(scoreCostFront(points).map(({ candidate }) => candidate)).toEqual([0, 3, 1])
  })

  test('of equal ones keeps the first', () => {
    expect(scoreCostFront([point(3, 0.5, 10), point(1, 0.5, 10)]).map(({ candidate }) => candidate)).toEqual([1])
  })

  test('no point of the front is beaten, and every other one is', () => {
    const points = fc.array(fc.record({ score: fc.integer({ min: 0, max: 9 }), cost: fc.integer({ min: 1, max: 9 }) }))
    fc.assert(
      fc.property(points, drawn => {
        const all = drawn.map(({ score, cost }, index) => point(index, score / 10, cost))
        const front = scoreCostFront(all)
        const beats = (a: FrontPoint, b: FrontPoint): boolean =>
          a.score >= b.score &&
          a.promptTokens <= b.promptTokens &&
          (a.score > b.score || a.promptTokens < b.promptTokens)
        for (const kept of front) expect(all.some(other => beats(other, kept))).toBe(false)
        for (const other of all) {
          const isCovered = front.some(kept => kept.score >= other.score && kept.promptTokens <= other.promptTokens)
          expect(isCovered).toBe(true)
        }
      }),
    )
  })
})
