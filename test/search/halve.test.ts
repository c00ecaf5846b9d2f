import { describe, expect, test } from 'vitest'
import { halve } from '../../src/search/halve.ts'

describe('halve', () => {
  test('keeps the better half in the order they came', () => {
    expect(halve(['a', 'b', 'c', 'd'], [0.2, 0.9, 0.4, 0.5])).toEqual(['b', 'd'])
  })

  test('keeps the earlier of equals, and one at least', () => {
    expect(halve(['a', 'b', 'c'], [0.5, 0.5, 0.5], 3)).toEqual(['a'])
    expect(halve(['a'], [0], 4)).toEqual(['a'])
    expect(halve([], [], 4)).toEqual([])
  })

  test.each([
    ['an eta that would keep all', () => halve(['a'], [1], 1)],
    ['a missing score', () => halve(['a', 'b'], [1])],
  ])('refuses %s', (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
  })
})
