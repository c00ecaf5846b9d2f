import type { FieldType } from '../signature/field-type.ts'
import { typeName } from '../signature/type-name.ts'

/** What is wrong with a value. */
export interface Problem {
  /** In words that do not repeat the value: this goes into errors. */
  readonly problem: string
  /** The same in words that may quote it: for the model whose answer it is, and for nobody else. */
  readonly quoting?: string
}

/** A value that fits its type, or what is wrong with it. */
export type Coerced = { readonly value: unknown } | Problem

export const isProblem = (coerced: Coerced): coerced is Problem => 'problem' in coerced

/** The problem of a value that is of another type. */
export const expected = (type: FieldType): Coerced => ({ problem: `expected ${typeName(type)}` })

/** The problem of a part, as that of the whole. */
export const inside = (part: string, { problem, quoting }: Problem): Problem => ({
  problem: `${part}: ${problem}`,
  ...(quoting !== undefined && { quoting: `${part}: ${quoting}` }),
})
