import { isSafeKey } from '../data/safe-json.ts'
import type { FieldConstraints } from '../signature/field-constraints.ts'
import type { FieldType, LiteralValue, ObjectProperty } from '../signature/field-type.ts'
import { isName } from '../signature/name-text.ts'
import {
  at,
  flagAt,
  kindOf,
  listAt,
  numberAt,
  type Reading,
  rowAt,
  textAt,
  wordAt,
  wrongShape,
} from './frozen-shape.ts'
import type { FrozenField } from './frozen-template.ts'

const maxDepth = 32
const maxItems = 1000
const maxName = 200

/** A field as a file has it, checked. */
export const frozenField = (reading: Reading): FrozenField => {
  const row = rowAt(reading)
  const name = nameAt(at(reading, 'name'))
  return {
    name,
    role: wordAt(at(reading, 'role'), ['input', 'output']),
    type: frozenType(at(reading, 'type')),
    optional: flagAt(at(reading, 'optional')),
    ...(row.default === undefined ? {} : { default: row.default }),
    ...(row.constraints === undefined ? {} : { constraints: constraintsAt(at(reading, 'constraints')) }),
  }
}

export const nameAt = (reading: Reading): string => {
  const name = textAt(reading, maxName)
  if (isName(name) && isSafeKey(name)) return name
  throw wrongShape(reading.path, 'a field name of letters, digits and underscores', 'another text')
}

/** A type as a file has it, checked: only kinds that are plain data. */
export const frozenType = (reading: Reading, depth = 0): FieldType => {
  if (depth > maxDepth) throw wrongShape(reading.path, `at most ${maxDepth} nested types`, 'more')
  const inner = (key: string): FieldType => frozenType(at(reading, key), depth + 1)
  const all = (key: string): FieldType[] => listAt(at(reading, key), maxItems).map(item => frozenType(item, depth + 1))
  const kind = wordAt(at(reading, 'kind'), kinds)
  switch (kind) {
    case 'literal':
      return { kind, values: listAt(at(reading, 'values'), maxItems).map(literalAt) }
    case 'list':
    case 'set':
      return { kind, items: inner('items') }
    case 'tuple':
      return { kind, items: all('items'), ...(rowAt(reading).rest === undefined ? {} : { rest: inner('rest') }) }
    case 'record':
      return { kind, values: inner('values') }
    case 'union':
      return { kind, members: all('members') }
    case 'object': {
      const properties = listAt(at(reading, 'properties'), maxItems).map(item => propertyAt(item, depth))
      return { kind, name: textAt(at(reading, 'name'), maxName), properties }
    }
    case 'enum': {
      const members = listAt(at(reading, 'members'), maxItems).map(member => ({
        name: textAt(at(member, 'name'), maxName),
        value: literalAt(at(member, 'value')),
      }))
      return { kind, name: textAt(at(reading, 'name'), maxName), members }
    }
    case 'special':
      return { kind, name: wordAt(at(reading, 'name'), specials) }
    default:
      return { kind }
  }
}

const kinds = [
  'string',
  'integer',
  'number',
  'boolean',
  'null',
  'json',
  'literal',
  'list',
  'set',
  'tuple',
  'record',
  'union',
  'object',
  'enum',
  'special',
] as const

const specials = ['Image', 'Audio', 'File', 'History', 'Code', 'Reasoning'] as const

const propertyAt = (reading: Reading, depth: number): ObjectProperty => {
  const row = rowAt(reading)
  const name = textAt(at(reading, 'name'), maxName)
  if (!isSafeKey(name)) throw wrongShape(`${reading.path}/name`, 'a name that is safe as a key', 'another')
  return {
    name,
    type: frozenType(at(reading, 'type'), depth + 1),
    optional: flagAt(at(reading, 'optional')),
    ...(row.default === undefined ? {} : { default: row.default }),
    ...(row.description === undefined ? {} : { description: textAt(at(reading, 'description')) }),
  }
}

const literalAt = ({ value, path }: Reading): LiteralValue => {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  throw wrongShape(path, 'a text, a number, true, false or null', kindOf(value))
}

const limits = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
] as const

const constraintsAt = (reading: Reading): FieldConstraints => {
  const row = rowAt(reading)
  return Object.fromEntries(
    limits.flatMap(limit => (row[limit] === undefined ? [] : [[limit, numberAt(at(reading, limit))]])),
  )
}
