import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { strictJson } from '../../src/server/strict-json.ts'

describe('strictJson', () => {
  test('reads what JSON is, as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), text => {
        fc.pre(!/__proto__|\\u0000|constructor/.test(text))
        expect(strictJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{"a": SECRET}'],
    ['a byte order mark', '\ufeff{}'],
    ['a name twice', '{"a": 1, "b": {"a": 2}, "a": 3}'],
    ['a name twice, once escaped', '{"a": 1, "\\u0061": 2}'],
    ['a name twice inside', '[{"x": [{"a": 1, "a": 1}]}]'],
    ['half a surrogate pair', '{"a": "\\ud83d"}'],
    ['half a surrogate pair in a name', '{"\\ude00": 1}'],
    ['NUL', '{"a": "\\u0000"}'],
    ['a raw NUL', '{"a": "\0"}'],
    ['a prototype', '{"__proto__": {"polluted": true}}'],
    ['an escaped prototype', '{"a": [{"\\u005f_proto__": {"polluted": true}}]}'],
    ['a constructor', '{"constructor": {"prototype": {"polluted": true}}}'],
    ['a text that does not end', '{"a": "b'],
  ])('11. refuses %s with 400, without quoting it', (_, text) => {
    expect(() => strictJson(text)).toThrow(expect.objectContaining({ status: 400 }))
    expect(() => strictJson(text)).not.toThrow(/SECRET/)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test.each([
    ['arrays', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['objects', `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
    ['arrays that do not end', '['.repeat(1_000_000)],
  ])('11. refuses %s nested 200,000 deep within 50 ms', (_, text) => {
    // The quickest of several: a machine that does something else meanwhile proves nothing.
    const tookMs = Array.from({ length: 7 }, () => {
      const before = performance.now()
      expect(() => strictJson(text)).toThrow(expect.objectContaining({ status: 400 }))
      return performance.now() - before
    })
    expect(Math.min(...tookMs)).toBeLessThan(50)
  })

  test('lets the same name stand in different objects, and names that look like values', () => {
    const text = '{"a": {"a": ["a", "a", {"a": "a"}]}, "b": "a"}'
    expect(strictJson(text)).toEqual(JSON.parse(text))
  })
})
