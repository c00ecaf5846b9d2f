import type { FieldType } from '../signature/field-type.ts'
import { typeName } from '../signature/type-name.ts'

/** A value that fits its type, or what is wrong with it in words that do not repeat it. */
export type Coerced = { readonly value: unknown } | { readonly problem: string }

export const isProblem = (coerced: Coerced): coerced is { readonly problem: string } => 'problem' in coerced

/** The problem of a value that is of another type. */
export const expected = (type: FieldType): Coerced => ({ problem: `expected ${typeName(type)}` })
