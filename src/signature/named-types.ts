import type { FieldType } from './field-type.ts'

const json: FieldType = { kind: 'json' }
const record: FieldType = { kind: 'record', values: json }
const text: FieldType = { kind: 'string' }
const integer: FieldType = { kind: 'integer' }
const number: FieldType = { kind: 'number' }
const boolean: FieldType = { kind: 'boolean' }
const nothing: FieldType = { kind: 'null' }

/** The types that a bare name stands for, in TypeScript's and in Python's spelling. */
export const namedTypes: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ['string', text],
  ['str', text],
  ['int', integer],
  ['integer', integer],
  ['float', number],
  ['number', number],
  ['bool', boolean],
  ['boolean', boolean],
  ['null', nothing],
  ['None', nothing],
  ['NoneType', nothing],
  ['json', json],
  ['any', json],
  ['Any', json],
  ['unknown', json],
  ['bytes', { kind: 'bytes' }],
  ['dict', record],
  ['Dict', record],
  ['object', record],
  ['list', { kind: 'list', items: json }],
  ['List', { kind: 'list', items: json }],
  ['set', { kind: 'set', items: json }],
  ['Set', { kind: 'set', items: json }],
  ['tuple', { kind: 'tuple', items: [], rest: json }],
  ['Tuple', { kind: 'tuple', items: [], rest: json }],
])

/** What takes types in brackets, by each of its names. */
export const genericTypes: ReadonlyMap<string, Generic> = new Map<string, Generic>([
  ['list', 'list'],
  ['List', 'list'],
  ['Array', 'list'],
  ['Sequence', 'list'],
  ['set', 'set'],
  ['Set', 'set'],
  ['frozenset', 'set'],
  ['FrozenSet', 'set'],
  ['dict', 'record'],
  ['Dict', 'record'],
  ['Record', 'record'],
  ['Mapping', 'record'],
  ['tuple', 'tuple'],
  ['Tuple', 'tuple'],
  ['Optional', 'optional'],
  ['Union', 'union'],
  ['Literal', 'literal'],
  ['Annotated', 'annotated'],
])

export type Generic = 'list' | 'set' | 'record' | 'tuple' | 'optional' | 'union' | 'literal' | 'annotated'
