import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { f1, wordF1, wordPrecision } from '../../src/evaluation/f1.ts'
import { applyMetric } from '../../src/evaluation/metric.ts'

describe('f1', () => {
  test('takes the best over all right answers', async () => {
    const result = await applyMetric(f1(), { answer: ['sky', 'blue sea'] }, { answer: 'blue sky' })
    expect(result.score).toBeCloseTo(2 / 3)
  })

  test('passes from its threshold on', async () => {
    const judge = (threshold: number) => applyMetric(f1({ threshold }), { answer: 'blue sky' }, { answer: 'blue' })
    expect((await judge(0.6)).passed).toBe(true)
    expect((await judge(0.7)).passed).toBe(false)
  })

  test('passes only a perfect answer unless told otherwise', async () => {
    expect(await applyMetric(f1(), { answer: 'a blue sky' }, { answer: 'Sky, blue' })).toEqual({
      score: 1,
      passed: true,
    })
    expect((await applyMetric(f1(), { answer: 'blue sky' }, { answer: 'blue' })).passed).toBe(false)
  })
})

describe('wordF1', () => {
  test('is the same from both sides and between 0 and 1', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('x', 'y', 'z', 'the')), fc.array(fc.constantFrom('x', 'y', 'w')), (a, b) => {
        const [left, right] = [a.join(' '), b.join(' ')]
        expect(wordF1(left, right)).toBeCloseTo(wordF1(right, left), 12)
        expect(wordF1(left, right)).toBeGreaterThanOrEqual(0)
        expect(wordF1(left, right)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('counts a repeated word as often as both sides have it', () => {
    expect(wordPrecision('b b b', 'b')).toBeCloseTo(1 / 3)
  })
})
