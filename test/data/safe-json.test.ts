import { expect, test } from 'vitest'
import { assertSafe, isSafeKey, maxJsonDepth, parseJson } from '../../src/data/safe-json.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test('reads JSON as it is', () => {
  expect(parseJson('{"a": [1, "x", null, true]}')).toEqual({ a: [1, 'x', null, true] })
})

test.each(['{"__proto__": {"admin": true}}', '{"a": [{"constructor": {"prototype": {}}}]}', nested(maxJsonDepth + 2)])(
  'refuses %.60s',
  text => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'data/unsafe' }))
  },
)

test('takes constructor and prototype as the words they are', () => {
  expect(() => assertSafe({ constructor: 'Ada', prototype: 1 })).not.toThrow()
})

test('says which names may be keys', () => {
  expect(['answer', '__proto__', 'constructor', 'prototype'].filter(isSafeKey)).toEqual(['answer'])
})

test('leaves broken JSON a SyntaxError', () => {
  expect(() => parseJson('{')).toThrow(SyntaxError)
})
