import { expect, test } from 'vitest'
import { contains } from '../../src/evaluation/contains.ts'
import { applyMetric } from '../../src/evaluation/metric.ts'

test.each([
  ['It is Paris.', 'paris', 1],
  ['not sure', 'no', 0],
  ['Parisian', 'Paris', 0],
  ['New  York City', 'New York', 1],
  ['東京です', '東京', 1],
  ['서울은 크다', '서울', 1],
  ['anything', 'the', 0],
  ['', '', 1],
  ['Lyon or Paris', ['Nice', 'Paris'], 1],
])('in %j finds %j: %d', async (answer, truth, score) => {
  expect((await applyMetric(contains(), { answer: truth }, { answer })).score).toBe(score)
})
