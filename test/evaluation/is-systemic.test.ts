import { expect, test } from 'vitest'
import { BudgetError } from '../../src/errors/budget-error.ts'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { DataError } from '../../src/errors/data-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { PredictionError } from '../../src/errors/prediction-error.ts'
import { RuntimeError } from '../../src/errors/runtime-error.ts'
import { StorageError } from '../../src/errors/storage-error.ts'
import { isSystemic } from '../../src/evaluation/is-systemic.ts'

const model = { model: 'x' }

test.each([
  [new ConfigurationError('configuration/missing', 'no', { option: 'apiKey' })],
  [new DataError('data/fields', 'no')],
  [new BudgetError('budget/tokens', 'no', { spent: 1, limit: 1 })],
  [new RuntimeError('runtime/out-of-memory', 'no')],
  [new ModelError('model/authentication', 'no', model)],
  [new ModelError('model/request', 'an unknown model', { ...model, status: 404 })],
  [new ModelError('model/request', 'another address', { ...model, status: 308 })],
  [new ModelError('model/rate-limit', 'the quota is spent', { ...model, retryable: false })],
  [new StorageError('storage/quota', 'the disk is full', { key: 'k' })],
  [new StorageError('storage/unavailable', 'no such directory', { key: 'k' })],
  [new DOMException('left', 'AbortError')],
])('%o ends an evaluation', error => {
  expect(isSystemic(error)).toBe(true)
})

test.each([
  [new PredictionError('prediction/unparsable', 'no', { issues: [] })],
  [new ModelError('model/rate-limit', 'no', model)],
  [new ModelError('model/truncated', 'no', model)],
  [new ModelError('model/context-window', 'no', model)],
  [new ModelError('model/request', 'an image that is none', { ...model, status: 400 })],
  [new ModelError('model/request', 'no status', model)],
  [new ModelError('model/unsupported', 'an image', model)],
  [new DataError('data/unsafe', 'a key of one answer')],
  [new RuntimeError('runtime/failed', 'broke off')],
  [new StorageError('storage/key', 'a key made of one input', { key: 'k' })],
  [new TypeError('a mistake in the metric')],
  ['a thrown text'],
  [undefined],
])('%o is the failure of one example', error => {
  expect(isSystemic(error)).toBe(false)
})
