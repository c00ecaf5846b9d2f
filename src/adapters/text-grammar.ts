import type { FieldConstraints } from '../signature/field-constraints.ts'

/**
 * Text within limits as a regular expression, free of the characters `not`: it begins and ends with no blank, and every
 * character counts one. Undefined where no text keeps the limits.
 */
export const limitedText = ({ minLength = 0, maxLength }: FieldConstraints, not: string): string | undefined => {
  const most = maxLength ?? Number.POSITIVE_INFINITY
  if (most < minLength || most < 0) return undefined
  const edge = `[^\\s${not}\\x{feff}\\x{10000}-\\x{10ffff}]`
  const inner = `[^${not}\\x{10000}-\\x{10ffff}]`
  const between = `${inner}{${Math.max(0, minLength - 2)},${most < 2 ? 0 : most === Number.POSITIVE_INFINITY ? '' : most - 2}}`
  const longer = most < 2 ? '' : minLength < 2 ? `(?:${between}${edge})?` : `${between}${edge}`
  return most < 1 ? '' : minLength < 1 ? `(?:${edge}${longer})?` : `${edge}${longer}`
}
