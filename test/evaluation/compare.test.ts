import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare, compareScores } from '../../src/evaluation/compare.ts'
import { evaluatePredictions } from '../../src/evaluation/evaluate-predictions.ts'
import { exactMatch } from '../../src/evaluation/exact-match.ts'

const examples = ['a', 'b', 'c', 'd'].map(answer => ({ answer }))
const answers = (text: string) => [...text].map(answer => ({ answer }))
const evaluated = (text: string) => evaluatePredictions(examples, answers(text), exactMatch())

describe('compare', () => {
  test('counts wins, losses and ties, example by example', async () => {
    expect(compare(await evaluated('bbxx'), await evaluated('bbcd'))).toMatchObject({
      n: 4,
      before: 0.25,
      after: 0.75,
      difference: 0.5,
      wins: 2,
      losses: 0,
      ties: 2,
      p: 0.5,
    })
  })

  test('claims nothing for equal programs, and no certainty either', async () => {
    const { difference, low, high, p } = compare(await evaluated('abcx'), await evaluated('abcx'))
    expect([difference, p]).toEqual([0, 1])
    expect(low).toBeLessThan(-0.4)
    expect(high).toBeGreaterThan(0.4)
  })

  test('refuses evaluations of different examples', async () => {
    const other = await evaluatePredictions(examples.toReversed(), answers('abcd'), exactMatch())
    expect(() => compare(other, other)).not.toThrow()
    const error = await evaluated('abcd').then(result => {
      try {
        return compare(result, other)
      } catch (thrown) {
        return thrown
      }
    })
    expect(error).toMatchObject({ code: 'data/fields', message: expect.stringContaining('example 0') })
  })

  test('sees what pairing sees: a small steady gain among examples that differ much', () => {
    const before = Array.from({ length: 40 }, (_, index) => index / 100)
    const { low, p } = compareScores(
      before,
      before.map(score => score + 0.05),
    )
    expect(low).toBeGreaterThan(0)
    expect(p).toBeLessThan(0.001)
  })

  test('refuses lists of different lengths', () => {
    expect(() => compareScores([1], [1, 0])).toThrow(expect.objectContaining({ code: 'data/fields' }))
  })

  test('turns its sign, and nothing else, when the two are exchanged', () => {
    const scores = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(fc.array(scores, { minLength: 1, maxLength: 14 }), pairs => {
        const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        const [there, back] = [compareScores(first, second), compareScores(second, first)]
        expect(back.difference).toBeCloseTo(-there.difference, 12)
        expect(back.p).toBeCloseTo(there.p, 12)
        expect([back.wins, back.losses, back.ties]).toEqual([there.losses, there.wins, there.ties])
        expect(there.low).toBeLessThanOrEqual(there.difference + 1e-12)
        expect(there.high).toBeGreaterThanOrEqual(there.difference - 1e-12)
      }),
      { numRuns: 40 },
    )
  })
})
