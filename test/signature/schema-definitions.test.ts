import { describe, expect, test } from 'vitest'
import { schemaDefinitions } from '../../src/signature/schema-definitions.ts'

const node = { type: 'object', properties: { next: { $ref: '#' } } }

describe('schemaDefinitions', () => {
  test('a schema without references stays as it is, without its dialect', () => {
    const definitions = schemaDefinitions()
    expect(definitions.embed({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'string' }, 'a')).toEqual(
      {
        type: 'string',
      },
    )
    expect(definitions.all.size).toBe(0)
  })

  test('a schema that holds itself becomes a definition with the name of its field', () => {
    const definitions = schemaDefinitions()
    expect(definitions.embed(node, 'tree')).toEqual({ $ref: '#/$defs/Tree' })
    expect(Object.fromEntries(definitions.all)).toEqual({
      Tree: { type: 'object', properties: { next: { $ref: '#/$defs/Tree' } } },
    })
  })

  test('definitions move to the root, and two of one name stay apart', () => {
    const definitions = schemaDefinitions()
    const one = { type: 'array', items: { $ref: '#/$defs/Part' }, $defs: { Part: { type: 'string' } } }
    const two = { type: 'array', items: { $ref: '#/definitions/Part' }, definitions: { Part: { type: 'number' } } }
    expect(definitions.embed(one, 'one')).toEqual({ type: 'array', items: { $ref: '#/$defs/Part' } })
    expect(definitions.embed(two, 'two')).toEqual({ type: 'array', items: { $ref: '#/$defs/Part2' } })
    expect(Object.fromEntries(definitions.all)).toEqual({ Part: { type: 'string' }, Part2: { type: 'number' } })
  })

  test('the given schemas are left alone', () => {
    const before = structuredClone(node)
    schemaDefinitions().embed(node, 'tree')
    expect(node).toEqual(before)
  })
})
