import { describe, expect, test } from 'vitest'
import { combined } from '../../src/evaluation/combined.ts'
import { exactMatch } from '../../src/evaluation/exact-match.ts'
import { applyMetric, type MetricResult, metricName } from '../../src/evaluation/metric.ts'

const example = { answer: 'Seoul' }
const prediction = { answer: 'Seoul' }
const giving = (name: string, result: MetricResult) => ({ name, evaluate: () => result })
const good = giving('good', { score: 1, passed: true })
const poor = giving('poor', { score: 0.25, passed: false, feedback: 'Say more.' })

describe('combined', () => {
  test('is the mean by weight, with what each said', async () => {
    const result = await applyMetric(combined([good, poor], [3, 1]), example, prediction)
    expect(result).toEqual({
      score: 0.8125,
      passed: false,
      feedback: 'poor: Say more.',
      details: { good: { score: 1, passed: true }, poor: { score: 0.25, passed: false, feedback: 'Say more.' } },
    })
  })

  test('weighs alike when nobody says, and has passed from a threshold on', async () => {
    const metric = combined([good, poor], undefined, { threshold: 0.6, name: 'both' })
    expect(await applyMetric(metric, example, prediction)).toMatchObject({ score: 0.625, passed: true })
    expect(metricName(metric)).toBe('both')
  })

  test('takes booleans, numbers and nested ones, and tells equal names apart', async () => {
    const metric = combined([exactMatch(), combined([good]), good, good, () => 0.5])
    const { details, score, passed } = await applyMetric(metric, example, prediction)
    expect(Object.keys(details ?? {})).toEqual(['exact-match', 'combined', 'good', 'good 2', 'metric'])
    expect([score, passed]).toEqual([0.9, true])
  })

  test('passes the trace and what surrounds it on', async () => {
    const given: unknown[] = []
    const metric = combined([(...all: unknown[]) => given.push(all.slice(2)) > 0])
    const { signal } = new AbortController()
    await applyMetric(metric, example, prediction, [], signal)
    expect(given).toEqual([[[], { signal }]])
  })

  test.each([
    ['no metric', [], undefined],
    ['too few weights', [good, poor], [1]],
    ['a weight of 0', [good, poor], [1, 0]],
    ['a weight that is none', [good], [Number.NaN]],
  ])('refuses %s', (_, metrics, weights) => {
    expect(() => combined(metrics, weights)).toThrow(expect.objectContaining({ option: 'weights' }))
  })
})
