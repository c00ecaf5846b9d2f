import { describe, expect, test } from 'vitest'
import { candidatesThatFit, type MiproShape, trialsFor } from '../../src/optimizers/mipro-plan.ts'

const shape: MiproShape = {
  predictors: 1,
  isZeroShot: false,
  bootstrapped: 4,
  rows: 100,
  batchSize: 35,
  fullEvaluationEvery: 5,
  describing: 11,
}

describe('trialsFor', () => {
  test.each([
    [2, 6, 10],
    [1, 6, 9],
    [6, 6, 31],
    [2, 12, 18],
    [6, 12, 43],
    [2, 18, 27],
    [1, 1, 1],
  ])('has for %i parameters and %i candidates the %i trials that DSPy has', (parameters, candidates, trials) => {
    expect(trialsFor(parameters, candidates)).toBe(trials)
  })
})

describe('candidatesThatFit', () => {
  test('takes all where they fit', () => {
    expect(candidatesThatFit(18, 1e9, shape)).toBe(18)
  })

  test('takes fewer the less is left, and 3 at least', () => {
    const taken = [2_000, 1_000, 600, 450, 300, 0].map(left => candidatesThatFit(12, left, shape))
    expect(taken).toEqual(taken.toSorted((a, b) => b - a))
    expect(taken.at(-1)).toBe(3)
    expect(new Set(taken).size).toBeGreaterThan(3)
  })

  test('takes no more than are wanted', () => {
    expect(candidatesThatFit(2, 0, shape)).toBe(2)
  })
})
