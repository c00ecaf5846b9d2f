import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import type { LiteralValue } from '../signature/field-type.ts'
import { matchLiteral } from './match-literal.ts'
import { definition } from './xml-shape.ts'

/** A member of a union. */
export interface UnionMember {
  readonly schema: JsonSchema
  /** As the union has it: perhaps a reference. */
  readonly written: JsonSchema
  /** The schema in which its references lead. */
  readonly root: JsonSchema | undefined
}

export interface UnionChoice {
  /** Those that may be written, so that they are read as what they are. */
  readonly members: readonly UnionMember[]
  /** Whether an empty element would be none of them. */
  readonly isFilled: boolean
  /** Whether text stands in place of elements, and must not look like JSON. */
  readonly isText: boolean
}

interface UnionPlace {
  readonly root?: JsonSchema
  readonly isField: boolean
}

/** Which members of a union an answer may have; undefined where they could be taken for one another. */
export const unionChoice = (schema: JsonSchema, place: UnionPlace): UnionChoice | undefined => {
  const members = flat(schema, schema, place.root, 0)
  if (members === undefined) return undefined
  const nested = members.filter(({ schema }) => schema.type === 'array' || schema.type === 'object')
  const leaves = members.filter(member => !nested.includes(member))
  if (members.length > 1 && leaves.some(({ schema }) => isAny(schema))) return undefined
  const texts = leaves.filter(({ schema }) => schema.type === 'string' && valuesOf(schema) === undefined)
  if (nested.length === 0) {
    // Inside a schema text that spells a number is read as one, which its limits may refuse.
    const isUnsure = !place.isField && leaves.some(({ schema, root }) => root !== undefined && isNumber(schema))
    if (texts.length > 0 && isUnsure) return undefined
    return { members: texts.length > 0 ? texts : leaves, isFilled: false, isText: false }
  }
  if (texts.length > 0) return place.isField ? { members: texts, isFilled: false, isText: true } : undefined
  if (nested.length > 1 && !areApart(nested)) return undefined
  const takesNone = leaves.some(({ schema }) => schema.type === 'null')
  return { members: [...nested, ...leaves], isFilled: leaves.length > 0 && !takesNone, isText: leaves.length > 0 }
}

/** Whether what a schema describes may be an object with a property called `item`. */
export const hasItems = (schema: JsonSchema, { root }: UnionPlace): boolean =>
  flat(schema, schema, root, 0)?.some(
    ({ schema: { properties } }) => isObject(properties) && Object.hasOwn(properties, 'item'),
  ) !== false

/** The values of a closed set. */
export const valuesOf = (schema: JsonSchema): readonly JsonValue[] | undefined =>
  Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const ?? null] : undefined

/** Unions in unions, and references. */
const mostSteps = 32

const flat = (
  schema: JsonSchema,
  written: JsonSchema,
  root: JsonSchema | undefined,
  steps: number,
): readonly UnionMember[] | undefined => {
  if (steps > mostSteps) return undefined
  if (isObject(schema.$root)) return flat(schema.$root, schema.$root, schema.$root, steps + 1)
  if (typeof schema.$ref === 'string') {
    const target = root && definition(root, schema.$ref)
    return target && flat(target, written, root, steps + 1)
  }
  const alternatives = [schema.anyOf, schema.oneOf].find(Array.isArray) as readonly JsonValue[] | undefined
  const types = Array.isArray(schema.type) ? (schema.type as readonly JsonValue[]) : undefined
  const parts = alternatives?.filter(isObject) ?? types?.map((type): JsonSchema => ({ ...schema, type }))
  if (parts === undefined || valuesOf(schema) !== undefined) return [{ schema, written, root }]
  const all = parts.map(part => flat(part, part, root, steps + 1))
  return all.every(members => members !== undefined) ? all.flat() : undefined
}

const isAny = (schema: JsonSchema): boolean => schema.type === undefined && valuesOf(schema) === undefined

const isNumber = ({ type }: JsonSchema): boolean => type === 'integer' || type === 'number'

/** The reader takes the object that has most of the properties, the first of several. */
const areApart = (members: readonly UnionMember[]): boolean =>
  members.every(
    ({ schema }, index) =>
      isObject(schema.properties) &&
      members
        .slice(0, index)
        .every(({ schema: before }) => isObject(before.properties) && isReadAs(schema, before.properties)),
  )

/** Whether an object is not taken for one of other properties, or loses nothing by it. */
const isReadAs = ({ properties, required }: JsonSchema, others: JsonSchema): boolean =>
  ((required ?? []) as readonly string[]).some(name => !Object.hasOwn(others, name)) ||
  Object.entries(properties as JsonSchema).every(
    ([name, part]) => Object.hasOwn(others, name) && isReadAlike(part, others[name]),
  )

const isReadAlike = (one: JsonValue | undefined, other: JsonValue | undefined): boolean => {
  if (JSON.stringify(one) === JSON.stringify(other)) return true
  if (!isObject(one) || !isObject(other) || one.type !== 'string' || other.type !== 'string') return false
  const [values, others] = [valuesOf(one), valuesOf(other)]
  if (others === undefined || values === undefined) return others === undefined
  const choices = others.map(value => ({ value: value as LiteralValue }))
  return values.every(value => (matchLiteral(choices, value)?.value ?? value) === value)
}
