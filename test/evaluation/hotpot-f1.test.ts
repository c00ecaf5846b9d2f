import { expect, test } from 'vitest'
import { hotpotF1 } from '../../src/evaluation/hotpot-f1.ts'
import { applyMetric } from '../../src/evaluation/metric.ts'

test.each([
  ['yes it is', 'yes', 0],
  ['Yes.', 'yes', 1],
  ['blue sky', 'sky', 2 / 3],
])('scores %j against %j', async (answer, truth, score) => {
  expect((await applyMetric(hotpotF1(), { answer: truth }, { answer })).score).toBeCloseTo(score)
})
