import { describe, expect, test } from 'vitest'
import { exactMatch } from '../../src/evaluation/exact-match.ts'
import { applyMetric, metricName } from '../../src/evaluation/metric.ts'

const example = { answer: 'Paris' }
const prediction = { answer: 'Paris' }

describe('applyMetric', () => {
  test.each([
    [true, { score: 1, passed: true }],
    [false, { score: 0, passed: false }],
    [0.4, { score: 0.4, passed: true }],
    [0, { score: 0, passed: false }],
  ])('reads %j as %j', async (value, result) => {
    expect(await applyMetric(() => value, example, prediction)).toEqual(result)
  })

  test('takes a whole result, also later', async () => {
    const result = { score: 0.5, passed: false, feedback: 'Name the country too.', details: { country: null } }
    expect(await applyMetric(async () => result, example, prediction)).toBe(result)
  })

  test('takes a metric with a name', async () => {
    const metric = { name: 'always', evaluate: () => true }
    expect(await applyMetric(metric, example, prediction)).toEqual({ score: 1, passed: true })
    expect(metricName(metric)).toBe('always')
  })

  test('hands on the trace only where there is one', async () => {
    const given: number[] = []
    const metric = (...all: unknown[]) => given.push(all.length) > 0
    await applyMetric(metric, example, prediction)
    await applyMetric(metric, example, prediction, [])
    expect(given).toEqual([2, 3])
  })

  test.each([
    ['NaN', () => Number.NaN],
    ['undefined', () => undefined],
    ['a factory without its parentheses', () => exactMatch()],
  ])('refuses %s with a remedy', async (_, metric) => {
    await expect(applyMetric(metric as () => number, example, prediction)).rejects.toMatchObject({
      code: 'configuration/invalid',
      message: expect.stringContaining('exactMatch()'),
    })
  })
})
