import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../src/data/canonical-json.ts'

test('writes equal values alike, whatever the order of their keys', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }))
})

test('keeps the order of lists', () => {
  expect(canonicalJson([2, 1])).toBe('[2,1]')
})

test('reads back as the value it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
