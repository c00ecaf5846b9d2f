import { expect, test } from 'vitest'
import { closedSchema } from '../../../src/inference/chat/closed-schema.ts'

const text = { type: 'string' }

test('objects that name their keys take no others, wherever they stand', () => {
  const inner = { type: 'object', properties: { a: text } }
  const closed = { ...inner, additionalProperties: false }
  expect(closedSchema(inner)).toEqual(closed)
  expect(
    closedSchema({
      properties: {
        list: { type: 'array', items: inner },
        either: { anyOf: [inner, text] },
        named: { $ref: '#/$defs/x' },
      },
      $defs: { x: inner },
    }),
  ).toEqual({
    properties: {
      list: { type: 'array', items: closed },
      either: { anyOf: [closed, text] },
      named: { $ref: '#/$defs/x' },
    },
    $defs: { x: closed },
    additionalProperties: false,
  })
})

test.each([
  ['what says itself which others it takes', { properties: { a: text }, additionalProperties: text }],
  ['what names keys by patterns', { properties: { a: text }, patternProperties: { '^x': text } }],
  ['what names none', { type: 'object' }],
  ['what requires a key that it does not name', { properties: { a: text }, required: ['b'] }],
  ['what is put together of several', { properties: { a: text }, anyOf: [{ required: ['a'] }] }],
  ['what has such a part', { properties: { a: { allOf: [{ properties: { b: text } }] } } }],
  [
    'a key that is called as a keyword',
    { properties: { enum: { enum: [{ properties: 1 }] } }, additionalProperties: true },
  ],
])('%s stays as it is', (_, schema) => {
  expect(closedSchema(schema)).toEqual(schema)
})
