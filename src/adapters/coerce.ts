import { canonicalJson } from '../data/canonical-json.ts'
import type { FieldType } from '../signature/field-type.ts'
import { coerceObject, coerceRecord } from './coerce-object.ts'
import { coerceSpecial } from './coerce-special.ts'
import { type Coerced, expected, inside, isProblem } from './coerced.ts'
import { matchLiteral } from './match-literal.ts'
import { readNumber } from './read-number.ts'
import { validate } from './validate.ts'

/**
 * Fits a JSON value to a field type. Numbers and booleans spelled as text are read as what they spell, text is never
 * made of anything else; an integer a JavaScript number cannot hold exactly is refused, not rounded.
 */
export const coerce = (type: FieldType, value: unknown): Coerced => {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? { value } : expected(type)
    case 'integer':
    case 'number':
      return coerceNumber(type, value)
    case 'boolean':
      return coerceBoolean(type, value)
    case 'null':
      return value === null || isNullWord(value) ? { value: null } : expected(type)
    case 'json':
      return { value }
    case 'special':
      return coerceSpecial(type, value)
    case 'bytes':
      if (value instanceof Uint8Array) return { value }
      return typeof value === 'string' ? { value: new TextEncoder().encode(value) } : expected(type)
    case 'literal': {
      const found = matchLiteral(
        type.values.map(one => ({ value: one })),
        value,
      )
      return found === undefined ? expected(type) : found
    }
    case 'enum': {
      const found = matchLiteral(type.members, value)
      return found === undefined ? expected(type) : { value: found.value }
    }
    case 'list':
      return Array.isArray(value) ? coerceItems(value, () => type.items) : expected(type)
    case 'set': {
      const items = Array.isArray(value) ? coerceItems(value, () => type.items) : expected(type)
      return isProblem(items) ? items : { value: withoutRepeats(items.value as readonly unknown[]) }
    }
    case 'tuple':
      return coerceTuple(type, value)
    case 'record':
      return coerceRecord(type, value, coerce)
    case 'object':
      return coerceObject(type, value, coerce)
    case 'union':
      return coerceUnion(type, value)
    case 'schema':
      return validate(type, value)
  }
}

type Of<Kind extends FieldType['kind']> = Extract<FieldType, { readonly kind: Kind }>

const coerceNumber = (type: FieldType, value: unknown): Coerced => {
  const number = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : numberWord(value)
  if (number === undefined) return expected(type)
  if (type.kind === 'number') return { value: number }
  if (!Number.isInteger(number)) return expected(type)
  return Number.isSafeInteger(number) ? { value: number } : { problem: 'expected an integer below 2^53' }
}

const numberWord = (value: unknown): number | undefined => {
  if (typeof value !== 'string') return undefined
  const word = value.trim().toLowerCase()
  return word === 'true' ? 1 : word === 'false' ? 0 : readNumber(value)
}

const yes: ReadonlySet<string> = new Set(['true', 't', 'yes', 'y', 'on', '1', '1.0'])
const no: ReadonlySet<string> = new Set(['false', 'f', 'no', 'n', 'off', '0', '0.0'])

const coerceBoolean = (type: FieldType, value: unknown): Coerced => {
  if (typeof value === 'boolean') return { value }
  const word = typeof value === 'number' || typeof value === 'string' ? String(value).trim().toLowerCase() : ''
  return yes.has(word) ? { value: true } : no.has(word) ? { value: false } : expected(type)
}

const isNullWord = (value: unknown): boolean =>
  typeof value === 'string' && ['null', 'none', ''].includes(value.trim().toLowerCase())

const coerceItems = (values: readonly unknown[], typeAt: (index: number) => FieldType): Coerced => {
  const items: unknown[] = []
  for (const [index, value] of values.entries()) {
    const item = coerce(typeAt(index), value)
    if (isProblem(item)) return inside(`item ${index + 1}`, item)
    items.push(item.value)
  }
  return { value: items }
}

const coerceTuple = (type: Of<'tuple'>, value: unknown): Coerced => {
  const { items, rest } = type
  if (!Array.isArray(value) || value.length < items.length || (rest === undefined && value.length > items.length)) {
    return expected(type)
  }
  return coerceItems(value, index => items[index] ?? rest ?? type)
}

/** A member that fits as it is goes before one that needs converting; then the order written decides. */
const coerceUnion = (type: Of<'union'>, value: unknown): Coerced => {
  for (const member of type.members) {
    const coerced = coerce(member, value)
    if (!isProblem(coerced) && Object.is(coerced.value, value)) return coerced
  }
  for (const member of type.members) {
    const coerced = coerce(member, value)
    if (!isProblem(coerced)) return coerced
  }
  return expected(type)
}

const withoutRepeats = (items: readonly unknown[]): unknown[] => [
  ...new Map(items.map(item => [canonicalJson(item), item])).values(),
]
