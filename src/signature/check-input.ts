import { type FieldIssue, PredictionError } from '../errors/prediction-error.ts'
import { brokenLimit } from './broken-limit.ts'
import type { Field } from './field.ts'
import type { FieldConstraints } from './field-constraints.ts'
import type { FieldType } from './field-type.ts'
import { readSpecial } from './read-special.ts'
import { isRow } from './row.ts'
import type { Signature } from './signature.ts'
import { specialName, specialTypes } from './special-types.ts'
import { typeName } from './type-name.ts'

/**
 * Refuses an input that lacks a field of the signature or has one of another kind.
 *
 * 1. Kinds only are compared, as deep as costs nothing: a list is an array, whatever its items, but for images and
 *    what else is more than JSON; a schema is asked only whether it takes an absent value.
 * 2. An optional field, and one with a default, may be absent, undefined or null.
 * 3. The limits of a field hold, of a list its lengths.
 * 4. Fields that the signature does not have are ignored.
 *
 * @throws PredictionError `prediction/input` with one issue for every field that does not fit
 */
export const checkInput = (signature: Signature, input: object): void => {
  const values = input as Readonly<Record<string, unknown>>
  for (const field of signature.inputs) {
    if (!fits(field, values[field.name])) throw misfit(signature, values)
  }
}

const fits = (field: Field, value: unknown): boolean =>
  value === undefined || value === null
    ? field.optional || field.default !== undefined || takesNothing(field.type, value)
    : isKind(field.type, value) && limitOf(field, value) === undefined

/** The limit of a field that a value breaks. */
const limitOf = ({ constraints }: Field, value: unknown): keyof FieldConstraints | undefined =>
  constraints === undefined ? undefined : brokenLimit(constraints, value)

const takesNothing = (type: FieldType, nothing: null | undefined): boolean => {
  if (type.kind !== 'schema') return nothing === null && isKind(type, nothing)
  const result = type.schema['~standard'].validate(nothing)
  return 'then' in result || result.issues === undefined
}

const isKind = (type: FieldType, value: unknown): boolean => {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string'
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'null':
      return value === null
    case 'literal':
      return type.values.some(allowed => allowed === value)
    case 'enum':
      return type.members.some(member => member.value === value)
    case 'list':
      return (
        Array.isArray(value) && (type.items.kind !== 'special' || value.every(item => isSpecialValue(type.items, item)))
      )
    case 'set':
      return value instanceof Set || Array.isArray(value)
    case 'tuple':
      return (
        Array.isArray(value) && (type.rest ? value.length >= type.items.length : value.length === type.items.length)
      )
    case 'record':
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'union':
      return type.members.some(member => isKind(member, value))
    case 'bytes':
      return value instanceof Uint8Array || typeof value === 'string'
    case 'special':
      return isSpecialValue(type, value)
    case 'json':
    case 'schema':
      return true
  }
}

/** Bytes are taken for what they should be: to read them would be to copy them. */
const isSpecialValue = (type: FieldType, value: unknown): boolean => {
  const name = specialName(type) ?? ''
  const hasBytes = isRow(value) && value.bytes instanceof Uint8Array
  return hasBytes || !specialTypes.has(name) || readSpecial(name, value) !== undefined
}

const misfit = ({ inputs }: Signature, values: Readonly<Record<string, unknown>>): PredictionError => {
  const issues = inputs
    .filter(field => !fits(field, values[field.name]))
    .map(field => issueOf(field, values[field.name]))
  const list = issues.map(issue => `\`${issue.field}\` ${issue.problem}`).join('; ')
  return new PredictionError(
    'prediction/input',
    `Expected an input that fits the signature, got: ${list}. Write a value of its type for every field.`,
    { issues },
  )
}

const issueOf = (field: Field, value: unknown): FieldIssue => {
  const limit = isKind(field.type, value) ? limitOf(field, value) : undefined
  const bound = limit && field.constraints?.[limit]
  return {
    field: field.name,
    problem:
      bound === undefined
        ? `${value === undefined ? 'is missing' : `is ${kindOf(value)}`}, expected ${expectation(field.type)}`
        : `breaks its limit, expected ${limit} ${typeof bound === 'object' ? bound.source : bound}`,
  }
}

const expectation = (type: FieldType): string => {
  if (type.kind === 'schema') return 'what its schema describes'
  if (type.kind === 'list' && type.items.kind === 'special') return `a list, each item ${expectation(type.items)}`
  return specialTypes.get(specialName(type) ?? '')?.expected ?? typeName(type)
}

/** What a value is, without telling what it says. */
const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
