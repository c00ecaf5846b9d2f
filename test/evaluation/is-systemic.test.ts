import { expect, test } from 'vitest'
import { BudgetError } from '../../src/errors/budget-error.ts'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { DataError } from '../../src/errors/data-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { PredictionError } from '../../src/errors/prediction-error.ts'
import { RuntimeError } from '../../src/errors/runtime-error.ts'
import { isSystemic } from '../../src/evaluation/is-systemic.ts'

const model = { model: 'x' }

test.each([
  [new ConfigurationError('configuration/missing', 'no', { option: 'apiKey' })],
  [new DataError('data/fields', 'no')],
  [new BudgetError('budget/tokens', 'no', { spent: 1, limit: 1 })],
  [new RuntimeError('runtime/out-of-memory', 'no')],
  [new ModelError('model/authentication', 'no', model)],
  [new DOMException('left', 'AbortError')],
])('%o ends an evaluation', error => {
  expect(isSystemic(error)).toBe(true)
})

test.each([
  [new PredictionError('prediction/unparsable', 'no', { issues: [] })],
  [new ModelError('model/rate-limit', 'no', model)],
  [new ModelError('model/truncated', 'no', model)],
  [new TypeError('a mistake in the metric')],
  ['a thrown text'],
  [undefined],
])('%o is the failure of one example', error => {
  expect(isSystemic(error)).toBe(false)
})
