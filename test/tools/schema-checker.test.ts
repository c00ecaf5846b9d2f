import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema, JsonValue } from '../../src/data/json.ts'
import { schemaChecker } from '../../src/tools/schema-checker.ts'

const pathOf = (properties: JsonSchema, value: JsonValue, rest: JsonSchema = {}): string | undefined =>
  schemaChecker({ type: 'object', properties, ...rest }, { unknownKeywords: 'refuse' })(value)?.path

describe('schemaChecker', () => {
  test.each<readonly [string, JsonSchema, JsonValue, string | undefined]>([
    ['an integer', { a: { type: 'integer' } }, { a: 1 }, undefined],
    ['a fraction for an integer', { a: { type: 'integer' } }, { a: 1.5 }, 'a'],
    ['text for a number', { a: { type: 'number' } }, { a: '1' }, 'a'],
    ['one of two types', { a: { type: ['string', 'null'] } }, { a: null }, undefined],
    ['none of two types', { a: { type: ['string', 'null'] } }, { a: 1 }, 'a'],
    ['a value of an enum', { a: { enum: ['x', 2, { b: 1 }] } }, { a: { b: 1 } }, undefined],
    ['another value', { a: { enum: ['x', 2] } }, { a: 'y' }, 'a'],
    ['a constant', { a: { const: 'x' } }, { a: 'x' }, undefined],
    ['another constant', { a: { const: 'x' } }, { a: 'z' }, 'a'],
    ['a number in its limits', { a: { minimum: 1, maximum: 3, multipleOf: 0.1 } }, { a: 1.3 }, undefined],
    ['one below', { a: { minimum: 1 } }, { a: 0 }, 'a'],
    ['one at an exclusive limit', { a: { exclusiveMaximum: 3 } }, { a: 3 }, 'a'],
    ['no multiple', { a: { multipleOf: 0.1 } }, { a: 0.25 }, 'a'],
    ['text too long, in characters', { a: { maxLength: 2 } }, { a: '🎉🎉🎉' }, 'a'],
    ['text of that many characters', { a: { maxLength: 2 } }, { a: '🎉🎉' }, undefined],
    ['a wrong item', { a: { type: 'array', items: { type: 'string' } } }, { a: ['x', 1] }, 'a.1'],
    ['too many items', { a: { maxItems: 1 } }, { a: [1, 2] }, 'a'],
    ['items that repeat', { a: { uniqueItems: true } }, { a: [{ b: 1 }, { b: 1 }] }, 'a'],
    ['a tuple', { a: { prefixItems: [{ type: 'string' }], items: false } }, { a: ['x'] }, undefined],
    ['a tuple with more', { a: { prefixItems: [{ type: 'string' }], items: false } }, { a: ['x', 1] }, 'a.1'],
    ['a missing key inside', { a: { properties: { b: {} }, required: ['b'] } }, { a: {} }, 'a.b'],
    ['an extra key inside', { a: { properties: { b: {} } } }, { a: { c: 1 } }, 'a.*'],
    ['a record', { a: { type: 'object', additionalProperties: { type: 'integer' } } }, { a: { c: 1 } }, undefined],
    ['a record of others', { a: { additionalProperties: { type: 'integer' } } }, { a: { c: 'x' } }, 'a.*'],
    ['any object', { a: { type: 'object' } }, { a: { c: 1 } }, undefined],
    ['an alternative', { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } }, { a: null }, undefined],
    ['no alternative', { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } }, { a: 1 }, 'a'],
    ['two of oneOf', { a: { oneOf: [{ minimum: 1 }, { minimum: 2 }] } }, { a: 3 }, 'a'],
  ])('knows %s', (_, properties, value, path) => {
    expect(pathOf(properties, value)).toBe(path)
  })

  test('lets the parts of allOf name the keys together', () => {
    const a = { allOf: [{ properties: { b: {} } }, { properties: { c: {} }, required: ['c'] }] }
    expect(pathOf({ a }, { a: { b: 1, c: 2 } })).toBeUndefined()
    expect(pathOf({ a }, { a: { b: 1, c: 2, d: 3 } })).toBe('a.*')
    expect(pathOf({ a }, { a: { b: 1 } })).toBe('a.c')
  })

  test('tells the problem of the alternative that went furthest', () => {
    const kind = (name: string, type: string) => ({
      properties: { kind: { const: name }, value: { properties: { deep: { type } }, required: ['deep'] } },
      required: ['kind', 'value'],
    })
    const a = { oneOf: [kind('n', 'number'), kind('s', 'string')] }
    expect(pathOf({ a }, { a: { kind: 'n', value: { deep: 1 } } })).toBeUndefined()
    expect(pathOf({ a }, { a: { kind: 'n', value: { deep: true } } })).toBe('a.value.deep')
  })

  test('follows references, in circles too', () => {
    const rest = { $defs: { node: { properties: { next: { $ref: '#/$defs/node' }, id: { type: 'integer' } } } } }
    const a = { $ref: '#/$defs/node' }
    expect(pathOf({ a }, { a: { next: { next: { id: 1 } } } }, rest)).toBeUndefined()
    expect(pathOf({ a }, { a: { next: { next: { id: 'x' } } } }, rest)).toBe('a.next.next.id')
    const self = { $defs: { self: { $ref: '#/$defs/self' } } }
    expect(pathOf({ a: { $ref: '#/$defs/self' } }, { a: 5 }, self)).toBeUndefined()
  })

  test('takes time linear in the value, even when every alternative leads back to the whole', () => {
    const again = { type: 'object', properties: { x: { $ref: '#/$defs/n' } } }
    let value: JsonValue = 'end'
    for (let depth = 0; depth < 150; depth += 1) value = { x: value }
    const rest = { $defs: { n: { anyOf: [again, { ...again }, { type: 'integer' }] } } }
    expect(pathOf({ a: { $ref: '#/$defs/n' } }, { a: value }, rest)).toMatch(/^a/)
  })

  test('matches patterns in linear time, and refuses those that need more', () => {
    const a = { type: 'string', pattern: '^(a+)+$' }
    expect(pathOf({ a }, { a: 'aaa' })).toBeUndefined()
    expect(pathOf({ a }, { a: `${'a'.repeat(50_000)}!` })).toBe('a')
    const schema = { type: 'object', properties: { a: { pattern: '(?<=x)y' } } }
    expect(() => schemaChecker(schema, { unknownKeywords: 'refuse' })).toThrow()
    expect(schemaChecker(schema, { unknownKeywords: 'ignore' })({ a: 'z' })).toBeUndefined()
  })

  test('leaves keywords it does not check to others when asked to', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', not: { const: 'y' } } } }
    expect(() => schemaChecker(schema, { unknownKeywords: 'refuse' })).toThrow("'not'")
    expect(schemaChecker(schema, { unknownKeywords: 'ignore' })({ a: 'y' })).toBeUndefined()
  })

  test('agrees with zod about values made for its schemas, and about values that were not', () => {
    const schema = z.strictObject({
      text: z.string().min(1).max(5),
      count: z.int().min(0).max(9).optional(),
      list: z.array(z.union([z.string(), z.number(), z.null()])).max(3),
      kind: z.enum(['a', 'b']),
      nested: z.strictObject({ on: z.boolean(), pair: z.tuple([z.string(), z.number()]) }).nullable(),
      record: z.record(z.string(), z.number()),
    })
    const check = schemaChecker(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, { unknownKeywords: 'ignore' })
    const loose = fc.record(
      {
        text: fc.oneof(fc.string({ maxLength: 6 }), fc.integer()),
        count: fc.oneof(fc.integer({ min: -1, max: 10 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
        list: fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.boolean()), { maxLength: 4 }),
        kind: fc.constantFrom('a', 'b', 'c'),
        nested: fc.oneof(
          fc.constant(null),
          fc.record({ on: fc.boolean(), pair: fc.tuple(fc.string(), fc.oneof(fc.integer(), fc.string())) }),
        ),
        record: fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(fc.integer(), fc.string())),
        more: fc.constant(1),
      },
      { requiredKeys: ['text', 'list', 'kind', 'nested', 'record'] },
    )
    fc.assert(
      fc.property(loose, value => {
        // zod counts UTF-16 units where JSON schema counts characters.
        fc.pre(typeof value.text !== 'string' || !/[^\x20-\x7e]/.test(value.text))
        const plain: JsonValue = JSON.parse(JSON.stringify(value))
        expect(check(plain) === undefined).toBe(schema.safeParse(plain).success)
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})
