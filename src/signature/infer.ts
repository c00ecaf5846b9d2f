/*
 * The grammar of parse.ts as types, production by production: from the literal string of a signature to its inputs and
 * outputs. What is rare costs most: names come first, quotes and brackets only where a string has them.
 */
import type { Signature } from './signature.ts'

/** What the compiler shows where a signature is wrong; `Problem` names the mistake. */
export interface SignatureProblem<Problem extends string> {
  readonly 'signature error': Problem
}

/** The inputs of a signature, or of a signature string; unknown records for a string only known at run time. */
export type InputsOf<S> = S extends string ? Inputs<S> : S extends Signature<infer I, unknown> ? I : never

/** The outputs of a signature, or of a signature string. */
export type OutputsOf<S> = S extends string ? Outputs<S> : S extends Signature<unknown, infer O> ? O : never

/** The signature that a string describes. */
export type SignatureOf<S extends string> = Signature<Inputs<S>, Outputs<S>>

/**
 * The string itself where it is right, else an error type that names the mistake: as the type of a parameter
 * (`source: S & Checked<S>`) it makes the call fail to compile.
 */
export type Checked<S extends string> = string extends S
  ? S
  : [ProblemIn<Inputs<S>> | ProblemIn<Outputs<S>>] extends [never]
    ? S
    : ProblemIn<Inputs<S>> | ProblemIn<Outputs<S>>

/** A parameter that takes signature strings and lets the compiler refuse wrong ones. */
export type CheckedSignature<S extends string> = S & Checked<S>

type ProblemIn<T> = T extends SignatureProblem<string> ? T : Extract<T[keyof T], SignatureProblem<string>>

export type Inputs<S extends string> = string extends S
  ? Record<string, unknown>
  : S extends `${infer I}->${string}`
    ? InputFields<I>
    : SignatureProblem<`no '->' in '${S}'`>

export type Outputs<S extends string> = string extends S
  ? Record<string, unknown>
  : S extends `${string}->${infer O}`
    ? OutputFields<O>
    : SignatureProblem<`no '->' in '${S}'`>

type InputFields<S extends string> = S extends `${string}${'?' | '='}${string}`
  ? Flat<
      {
        [F in Split<S>[number] as IsOptional<F> extends true ? never : Name<F>]: TypeOf<F>
      } & {
        [F in Split<S>[number] as IsOptional<F> extends true ? Name<F> : never]?: TypeOf<F> | null | undefined
      }
    >
  : { [F in Split<S>[number] as Name<F>]: TypeOf<F> }

type OutputFields<S extends string> = S extends `${string}${'?' | '='}${string}`
  ? {
      [F in Split<S>[number] as Name<F>]: IsOptional<F> extends true ? OptionalOutput<F> : TypeOf<F>
    }
  : { [F in Split<S>[number] as Name<F>]: TypeOf<F> }

type Flat<T> = { [K in keyof T]: T[K] }

type OptionalOutput<F extends string> = F extends `${string}=${string}` ? TypeOf<F> : TypeOf<F> | null

type IsOptional<F extends string> = F extends `${string}=${string}`
  ? true
  : F extends `${infer N}:${string}`
    ? N extends `${string}?${string}`
      ? true
      : false
    : F extends `${string}?${string}`
      ? true
      : false

type Name<F extends string> = F extends `${infer N}:${string}` ? BareName<N> : BareName<F>

type BareName<N extends string> = N extends `${infer B}?${string}` | `${infer B}=${string}` ? Trim<B> : Trim<N>

type TypeOf<F extends string> = F extends `${string}:${infer T}` ? Type<Trim<T>> : string

interface Named {
  string: string
  str: string
  int: number
  integer: number
  float: number
  number: number
  bool: boolean
  boolean: boolean
  null: null
  None: null
  NoneType: null
  json: unknown
  any: unknown
  Any: unknown
  unknown: unknown
  bytes: Uint8Array
  dict: Record<string, unknown>
  Dict: Record<string, unknown>
  object: Record<string, unknown>
  list: unknown[]
  List: unknown[]
  set: unknown[]
  Set: unknown[]
  tuple: unknown[]
  Tuple: unknown[]
  true: true
  True: true
  false: false
  False: false
}

type Type<T extends string> = T extends keyof Named
  ? Named[T]
  : T extends `${infer B}[]`
    ? Type<B>[]
    : T extends `'${infer V}'` | `"${infer V}"`
      ? V
      : T extends `list[${infer B}]`
        ? Type<Trim<B>>[]
        : SignatureProblem<`unknown type '${T}'`>

/** The value of a type as it stands behind a colon; the compiler knows nothing of a string known only at run time. */
export type TypeText<T extends string> = string extends T ? unknown : Type<Trim<T>>

type Blank = ' ' | '\n' | '\t' | '\r'

type Trim<S extends string> = S extends `${Blank}${infer R}` ? Trim<R> : S extends `${infer R}${Blank}` ? Trim<R> : S

type Split<S extends string, Done extends string[] = []> = S extends `${infer A},${infer R}`
  ? Split<R, [...Done, A]>
  : Trim<S> extends ''
    ? Done
    : [...Done, S]
