import { describe, expect, test } from 'vitest'
import { editSimilarity } from '../../src/evaluation/edit-similarity.ts'
import { applyMetric } from '../../src/evaluation/metric.ts'

const score = async (answer: unknown, truth: unknown, options = {}) =>
  applyMetric(editSimilarity(options), { answer: truth }, { answer })

describe('editSimilarity', () => {
  test('is 1 less the edits as a share of the longer text', async () => {
    expect(await score('kitten', 'sitting')).toEqual({ score: 1 - 3 / 7, passed: false })
    expect(await score('abcd', 'abcd')).toEqual({ score: 1, passed: true })
    expect((await score('', 'abcd')).score).toBe(0)
    expect((await score('', '')).score).toBe(1)
  })

  test('counts code points, and the best of the right answers', async () => {
    expect((await score('🐦🐦', '🐦')).score).toBe(0.5)
    expect((await score('colour', ['red', 'color', 'colour!'])).score).toBeCloseTo(1 - 1 / 7)
  })

  test('passes from the threshold on, and counts by the kernels it is given', async () => {
    expect(await score('abcd', 'abce', { threshold: 0.7 })).toEqual({ score: 0.75, passed: true })
    expect((await score('abcd', 'abce', { kernels: { editDistance: () => 2 } })).score).toBe(0.5)
  })

  test('compares other values as text', async () => {
    expect((await score({ b: 1, a: 2 }, { a: 2, b: 1 })).score).toBe(1)
    expect((await score(12, 13)).score).toBe(0.5)
  })
})
