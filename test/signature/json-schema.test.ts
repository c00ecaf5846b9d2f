import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseSignature, signature } from '../../src/signature/create.ts'
import { fieldJsonSchema, outputJsonSchema } from '../../src/signature/json-schema.ts'
import { parseType } from '../../src/signature/parse.ts'

describe('outputJsonSchema', () => {
  test('is one object with every output required and nothing else', () => {
    expect(outputJsonSchema(parseSignature('a -> b, c?: int'))).toEqual({
      type: 'object',
      properties: { b: { type: 'string' }, c: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
      required: ['b', 'c'],
      additionalProperties: false,
    })
  })

  test('tells what somebody wrote about a field, and its limits', () => {
    const outputs = {
      stars: { type: 'int', description: 'how good', constraints: { minimum: 1, maximum: 5 } },
      tags: { type: 'list[str] | null', constraints: { maxLength: 3 } },
      title: { type: 'string', constraints: { minLength: 1 } },
    } as const
    expect(outputJsonSchema(signature({ outputs })).properties).toEqual({
      stars: { type: 'integer', minimum: 1, maximum: 5, description: 'how good' },
      tags: { anyOf: [{ type: 'array', items: { type: 'string' }, maxItems: 3 }, { type: 'null' }] },
      title: { type: 'string', minLength: 1 },
    })
  })

  test('lets an optional field that already takes null be', () => {
    expect(outputJsonSchema(parseSignature('a -> b?: int | null, c?: json')).properties).toEqual({
      b: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      c: {},
    })
  })

  test("puts in a schema's own JSON schema, without the line that names the dialect", () => {
    const schema = outputJsonSchema(signature({ outputs: { person: z.object({ name: z.string() }) } }))
    expect(schema.properties).toMatchObject({ person: { type: 'object', properties: { name: { type: 'string' } } } })
    expect(JSON.stringify(schema)).not.toContain('$schema')
  })
})

describe('fieldJsonSchema', () => {
  test.each([
    ['bool', { type: 'boolean' }],
    ['json', {}],
    ['bytes', { type: 'string' }],
    ["'a' | 'b'", { type: 'string', enum: ['a', 'b'] }],
    ['Literal["a", 1]', { enum: ['a', 1] }],
    ['float[]', { type: 'array', items: { type: 'number' } }],
    ['set[int]', { type: 'array', items: { type: 'integer' }, uniqueItems: true }],
    ['dict[str, int]', { type: 'object', additionalProperties: { type: 'integer' } }],
    ['tuple[int, ...]', { type: 'array', items: { type: 'integer' } }],
    [
      '[int, str]',
      { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }], minItems: 2, items: false },
    ],
    ['dspy.Code["python"]', { type: 'string' }],
  ])('describes %s', (type, schema) => {
    expect(fieldJsonSchema(parseType(type))).toEqual(schema)
  })

  test('describes objects and enums made by hand', () => {
    const properties = [
      { name: 'id', type: { kind: 'string' }, optional: false, description: 'unique' },
      {
        name: 'color',
        type: { kind: 'enum', name: 'Color', members: [{ name: 'RED', value: 'red' }] },
        optional: true,
      },
    ] as const
    expect(fieldJsonSchema({ kind: 'object', name: 'Thing', properties })).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', description: 'unique' },
        color: { anyOf: [{ type: 'string', enum: ['red'] }, { type: 'null' }] },
      },
      required: ['id', 'color'],
      additionalProperties: false,
    })
  })
})
