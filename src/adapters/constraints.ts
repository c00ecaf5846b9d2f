import type { FieldConstraints } from '../signature/field.ts'
import { wording } from './wording.ts'

/** The limit a value breaks, in words; undefined when it keeps them all. Lengths count UTF-16 units or items. */
export const brokenConstraint = (limits: FieldConstraints, value: unknown): string | undefined => {
  const size = typeof value === 'number' ? value : undefined
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : undefined
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength } = limits
  const say = wording.constraint
  if (size !== undefined) {
    if (minimum !== undefined && !(size >= minimum)) return say.minimum(minimum)
    if (maximum !== undefined && !(size <= maximum)) return say.maximum(maximum)
    if (exclusiveMinimum !== undefined && !(size > exclusiveMinimum)) return say.exclusiveMinimum(exclusiveMinimum)
    if (exclusiveMaximum !== undefined && !(size < exclusiveMaximum)) return say.exclusiveMaximum(exclusiveMaximum)
    if (multipleOf !== undefined && !isMultiple(size, multipleOf)) return say.multipleOf(multipleOf)
  }
  if (length !== undefined) {
    if (minLength !== undefined && length < minLength) return say.minLength(minLength)
    if (maxLength !== undefined && length > maxLength) return say.maxLength(maxLength)
  }
  return undefined
}

// 0.3 is a multiple of 0.1 for everybody but binary floating point.
const isMultiple = (size: number, step: number): boolean => {
  const quotient = size / step
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient))
}
