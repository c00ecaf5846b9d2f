import type { JsonSchema } from '../data/json.ts'
import type { FieldConstraints } from './field-constraints.ts'
import type { FieldType } from './field-type.ts'
import type { StandardSchema } from './standard-schema.ts'

/** A field as one writes it: a type as in a signature string, a Standard Schema, or an object that says more. */
export type FieldDefinition = string | StandardSchema | FieldOptions

export interface FieldOptions {
  /** Text when absent. */
  readonly type?: string | StandardSchema | FieldType
  /** The JSON schema of a Standard Schema that cannot give its own. */
  readonly jsonSchema?: JsonSchema
  /** What the field means, told to the model. */
  readonly description?: string
  /** The label in DSPy's files; made from the name when absent. */
  readonly prefix?: string
  readonly optional?: boolean
  /** What an absent field reads as. */
  readonly default?: unknown
  readonly constraints?: FieldConstraints
}
