import type { FieldConstraints } from './field-constraints.ts'

/** The limit a value breaks; undefined when it keeps them all, and for a value that has no limits. */
export const brokenLimit = (limits: FieldConstraints, value: unknown): keyof FieldConstraints | undefined => {
  if (typeof value === 'number') return brokenBound(limits, value)
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined
  const { minLength, maxLength, pattern } = limits
  if (minLength !== undefined && value.length < minLength) return 'minLength'
  if (maxLength !== undefined && value.length > maxLength) return 'maxLength'
  if (pattern !== undefined && typeof value === 'string' && !pattern.test(value)) return 'pattern'
  return undefined
}

const brokenBound = (limits: FieldConstraints, size: number): keyof FieldConstraints | undefined => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = limits
  if (minimum !== undefined && !(size >= minimum)) return 'minimum'
  if (maximum !== undefined && !(size <= maximum)) return 'maximum'
  if (exclusiveMinimum !== undefined && !(size > exclusiveMinimum)) return 'exclusiveMinimum'
  if (exclusiveMaximum !== undefined && !(size < exclusiveMaximum)) return 'exclusiveMaximum'
  if (multipleOf !== undefined && !isMultiple(size, multipleOf)) return 'multipleOf'
  return undefined
}

// 0.3 is a multiple of 0.1 for everybody but binary floating point.
const isMultiple = (size: number, step: number): boolean => {
  const quotient = size / step
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient))
}
