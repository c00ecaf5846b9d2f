import type { FieldDefinition, FieldOptions } from './field-definition.ts'
import type { DefinedInputs, DefinedOutputs } from './infer-definition.ts'
import type { Signature } from './signature.ts'

/** A signature with one field more. */
export type WithField<
  I,
  O,
  Role extends 'input' | 'output',
  Name extends string,
  D extends FieldDefinition,
> = Role extends 'input'
  ? Signature<I & DefinedInputs<{ readonly [K in Name]: D }>, O>
  : Signature<I, O & DefinedOutputs<{ readonly [K in Name]: D }>>

/** A signature without one of its fields. */
export type WithoutField<I, O, Name extends string> = Signature<Without<I, Name>, Without<O, Name>>

type Without<T, Name extends string> = { [K in keyof T as K extends Name ? never : K]: T[K] }

/** A signature in which one field has another name. */
export type WithRenamed<I, O, From extends string, To extends string> = Signature<
  Renamed<I, From, To>,
  Renamed<O, From, To>
>

type Renamed<T, From extends string, To extends string> = { [K in keyof T as K extends From ? To : K]: T[K] }

/** A signature in which one field is described anew. */
export type WithChanged<I, O, Name extends string, D extends FieldOptions> = Signature<
  Name extends keyof I ? ChangedInput<I, Name, D> : I,
  Name extends keyof O ? ChangedOutput<O, Name, D> : O
>

type ChangedInput<I, Name extends string, D> = D extends { readonly type: unknown }
  ? Without<I, Name> & DefinedInputs<{ readonly [K in Name]: D }>
  : I

type ChangedOutput<O, Name extends string & keyof O, D> = D extends { readonly type: unknown }
  ? Without<O, Name> & DefinedOutputs<{ readonly [K in Name]: D }>
  : D extends { readonly optional: true }
    ? Without<O, Name> & { [K in Name]: O[Name] | null }
    : O
