import { describe, expect, test } from 'vitest'
import { evaluatePredictions } from '../../src/evaluation/evaluate-predictions.ts'
import { exactMatch } from '../../src/evaluation/exact-match.ts'

const examples = [{ answer: 'a' }, { answer: 'b' }]

describe('evaluatePredictions', () => {
  test('scores each prediction against its example', async () => {
    const { score, n, results } = await evaluatePredictions(examples, [{ answer: 'A' }, { answer: 'x' }], exactMatch())
    expect({ score, n }).toEqual({ score: 0.5, n: 2 })
    expect(results.map(result => result.score)).toEqual([1, 0])
  })

  test('counts a metric that throws as a failure', async () => {
    const result = await evaluatePredictions(examples, [{ answer: 'a' }, { answer: 'b' }], ({ answer }) => {
      if (answer === 'a') throw new Error('no')
      return true
    })
    expect(result).toMatchObject({ score: 0.5, failures: 1 })
    expect(result.results[0]?.error).toMatchObject({ message: 'no' })
  })

  test.each([
    ['too few predictions', examples, [{ answer: 'a' }], 'data/fields'],
    ['nothing', [], [], 'data/empty'],
  ])('refuses %s', async (_, rows, predictions, code) => {
    await expect(evaluatePredictions(rows, predictions, exactMatch())).rejects.toMatchObject({ code })
  })
})
