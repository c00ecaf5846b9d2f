import type { JsonSchema } from '../data/json.ts'
import type { FieldConstraints } from './field-constraints.ts'
import type { StandardSchema } from './standard-schema.ts'

/** The type of a field, as data: what the string grammar and Standard Schema objects both become. */
export type FieldType =
  | { readonly kind: 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'json' | 'bytes' }
  | { readonly kind: 'literal'; readonly values: readonly LiteralValue[] }
  | { readonly kind: 'list' | 'set'; readonly items: FieldType }
  | { readonly kind: 'tuple'; readonly items: readonly FieldType[]; readonly rest?: FieldType }
  | { readonly kind: 'record'; readonly values: FieldType }
  | { readonly kind: 'union'; readonly members: readonly FieldType[] }
  | { readonly kind: 'object'; readonly name: string; readonly properties: readonly ObjectProperty[] }
  | { readonly kind: 'enum'; readonly name: string; readonly members: readonly EnumMember[] }
  | { readonly kind: 'schema'; readonly schema: StandardSchema; readonly jsonSchema: JsonSchema }
  | { readonly kind: 'special'; readonly name: string; readonly parameter?: string }

export type LiteralValue = string | number | boolean | null

export interface ObjectProperty {
  readonly name: string
  readonly type: FieldType
  readonly optional: boolean
  /** The value taken when the property is absent. */
  readonly default?: unknown
  readonly description?: string
  readonly constraints?: FieldConstraints
}

export interface EnumMember {
  readonly name: string
  readonly value: LiteralValue
}
