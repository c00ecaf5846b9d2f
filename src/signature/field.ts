import type { FieldConstraints } from './field-constraints.ts'
import type { FieldType } from './field-type.ts'

/** One named input or output of a signature. */
export interface Field {
  readonly name: string
  readonly role: 'input' | 'output'
  readonly type: FieldType
  /** May be absent: an absent input is left out of the prompt, an absent output reads as null or its default. */
  readonly optional: boolean
  /** `${name}` when nobody described it, as DSPy writes it. */
  readonly description: string
  /** The human-readable label DSPy saves in its files, `Question:` for `question`. */
  readonly prefix: string
  readonly default?: unknown
  readonly constraints?: FieldConstraints
}
