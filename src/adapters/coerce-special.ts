import type { FieldType } from '../signature/field-type.ts'
import { readSpecial } from '../signature/read-special.ts'
import { specialName, specialTypes } from '../signature/special-types.ts'
import { type Coerced, expected } from './coerced.ts'

/** A value of a special type in its one form; a type that is nobody's takes anything. */
export const coerceSpecial = (type: Extract<FieldType, { readonly kind: 'special' }>, value: unknown): Coerced => {
  const name = specialName(type) ?? ''
  if (!specialTypes.has(name)) return { value }
  const read = readSpecial(name, value)
  return read === undefined ? expected(type) : { value: read }
}

/** The special types that are text to a model: what it writes is the value. */
export const isTextual = (type: FieldType): boolean => {
  const name = specialName(type)
  return name === 'Code' || name === 'Reasoning'
}
