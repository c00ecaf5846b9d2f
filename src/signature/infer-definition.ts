import type { FieldDefinition, FieldOptions } from './field-definition.ts'
import type { FieldType } from './field-type.ts'
import type { SignatureProblem, TypeText } from './infer-type.ts'
import type { Signature } from './signature.ts'
import type { StandardSchema } from './standard-schema.ts'

/** Fields by name, in order. */
export interface SignatureDefinition {
  readonly inputs?: Readonly<Record<string, FieldDefinition>>
  readonly outputs?: Readonly<Record<string, FieldDefinition>>
}

/** The signature that records of field definitions describe. */
export type DefinedSignature<D extends SignatureDefinition> = Signature<
  DefinedInputs<D['inputs']>,
  DefinedOutputs<D['outputs']>
>

/** Nothing where all types exist, else the problem: a definition meant to be `D & CheckedDefinition<D>`. */
export type CheckedDefinition<D extends SignatureDefinition> = [
  ProblemIn<D['inputs']> | ProblemIn<D['outputs']>,
] extends [never]
  ? unknown
  : ProblemIn<D['inputs']> | ProblemIn<D['outputs']>

type ProblemIn<F> = F extends object
  ? Extract<{ [K in keyof F]: ValueOf<F[K], 'input'> }[keyof F], SignatureProblem<string>>
  : never

type Flat<T> = { [K in keyof T]: T[K] }

export type DefinedInputs<F> = F extends object
  ? Flat<
      {
        -readonly [K in keyof F as MayBeAbsent<F[K]> extends true ? never : K]: ValueOf<F[K], 'input'>
      } & {
        -readonly [K in keyof F as MayBeAbsent<F[K]> extends true ? K : never]?:
          | ValueOf<F[K], 'input'>
          | (F[K] extends StandardSchema ? undefined : null | undefined)
      }
    >
  : Record<never, never>

export type DefinedOutputs<F> = F extends object
  ? {
      -readonly [K in keyof F]:
        | ValueOf<F[K], 'output'>
        | (F[K] extends { optional: true } ? (F[K] extends { default: unknown } ? never : null) : never)
    }
  : Record<never, never>

/** A schema says so by taking undefined. */
type MayBeAbsent<D> =
  D extends StandardSchema<infer I, unknown>
    ? undefined extends I
      ? true
      : false
    : D extends { readonly optional: true } | { readonly default: unknown }
      ? true
      : false

type ValueOf<D, Role extends 'input' | 'output'> = D extends string
  ? TypeText<D>
  : D extends StandardSchema<infer I, infer O>
    ? Role extends 'input'
      ? I
      : O
    : D extends { readonly type: infer T }
      ? T extends FieldType
        ? unknown
        : ValueOf<T, Role>
      : D extends FieldOptions
        ? string
        : never
