import { expect, test } from 'vitest'
import { answerOf, answerText } from '../../src/evaluation/answer-fields.ts'

test('takes a list in the example as alternatives', () => {
  expect(answerOf({ answer: ['a', 'b'] }, { answer: 'a' }, {})).toEqual({ predicted: 'a', truths: ['a', 'b'] })
})

test('takes a list on both sides as the value', () => {
  expect(answerOf({ tags: ['a'] }, { tags: ['b'] }, {})).toEqual({ predicted: ['b'], truths: [['a']] })
})

test('is not misled by what objects inherit', () => {
  expect(() => answerOf({ answer: 'x' }, { answer: 'x' }, { field: 'toString' })).toThrow(/field 'toString'/)
})

test.each([
  ['x', 'x'],
  [5, '5'],
  [true, 'true'],
  [null, ''],
  [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
])('shows %j as %j', (value, text) => {
  expect(answerText(value)).toBe(text)
})
