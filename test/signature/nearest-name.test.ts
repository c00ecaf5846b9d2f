import { expect, test } from 'vitest'
import { nearestName } from '../../src/signature/nearest-name.ts'

test('finds the name that was meant', () => {
  expect(nearestName('anwser', ['question', 'answer'])).toBe('answer')
  expect(nearestName('String', ['str', 'string'])).toBe('string')
})

test('finds none when all are far', () => {
  expect(nearestName('foo', ['string', 'boolean'])).toBeUndefined()
})
