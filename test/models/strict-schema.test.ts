import { expect, test } from 'vitest'
import { isStrictSchema } from '../../src/models/strict-schema.ts'

const object = (properties: Record<string, object>, rest: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...rest,
})

test.each<[string, object, boolean]>([
  ['typed properties', object({ a: { type: 'string', description: 'x' }, b: { type: ['integer', 'null'] } }), true],
  ['nothing at all', object({}), true],
  [
    'choices and lists',
    object({ a: { anyOf: [{ type: 'null' }, { type: 'array', items: { type: 'number' } }] } }),
    true,
  ],
  ['objects within', object({ a: object({ b: { type: 'string', enum: ['x'] } }) }), true],
  ['a definition', object({ a: { $ref: '#/$defs/n' } }, { $defs: { n: { type: 'string' } } }), true],
  ['a record', object({ a: { type: 'object', additionalProperties: { type: 'string' } } }), false],
  ['anything', object({ a: {} }), false],
  ['a tuple', object({ a: { type: 'array', prefixItems: [], items: false } }), false],
  ['a property that may be absent', object({ a: { type: 'string' } }, { required: [] }), false],
  ['other properties', { type: 'object', properties: {}, required: [] }, false],
  ['a set', object({ a: { type: 'array', items: { type: 'string' }, uniqueItems: true } }), false],
  ['a list', { type: 'array', items: { type: 'string' } }, false],
])('a schema with %s', (_, schema, strict) => {
  expect(isStrictSchema({ ...schema })).toBe(strict)
})
