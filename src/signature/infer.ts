/*
 * The grammar of parse.ts as types, production by production: from the literal string of a signature to its inputs and
 * outputs. What is common costs least: a list of plain names never looks for quotes, a type seen once is remembered.
 *
 * What parse.ts takes and this does not: escaped quotes, "->" inside a literal of an input, a quoted "=" before a default,
 * a comma after the last argument of a generic. They fail to compile; `parseSignature` and `signature({ inputs, outputs })` take them.
 */
import type { Blank, Break, Open, OpenQuote, Trim, TrimRest } from './infer-text.ts'
import type { SignatureProblem, Type, TypeText } from './infer-type.ts'
import type { Signature } from './signature.ts'

export type { SignatureProblem } from './infer-type.ts'

/** The inputs of a signature, or of a signature string; a record of unknowns for a string known only at run time. */
export type InputsOf<S> = S extends string ? Inputs<S> : S extends Signature<infer I, unknown> ? I : never

/** The outputs of a signature, or of a signature string. */
export type OutputsOf<S> = S extends string ? Outputs<S> : S extends Signature<unknown, infer O> ? O : never

/** The signature that a string describes. */
export type SignatureOf<S extends string> = Signature<Inputs<S>, Outputs<S>>

/** The string itself where it is right, else the problem. */
export type Checked<S extends string> = string extends S
  ? S
  : S extends `${string}->${string}`
    ? Verdict<S, Inputs<S>, Outputs<S>>
    : SignatureProblem<`no '->' in '${S}'`>

type Verdict<S extends string, I, O> =
  SignatureProblem<never> extends I[keyof I] | O[keyof O]
    ? Exact<S, I, O>
    : (keyof I & keyof O) | ((keyof I | keyof O) & BadNames) extends never
      ? S
      : Exact<S, I, O>

/** The same with every problem looked at; an unknown among the fields leads here too. */
type Exact<S extends string, I, O> = [Problems<I> | Problems<O> | Shared<keyof I & keyof O>] extends [never]
  ? S
  : Problems<I> | Problems<O> | Shared<keyof I & keyof O>

type Problems<T> = Extract<T | T[keyof T], SignatureProblem<string>> | BadName<Extract<keyof T, BadNames>>

type BadNames = `${string}${Blank | '-' | '>' | '[' | ']' | '|' | "'" | '"'}${string}` | ''

type BadName<N> = N extends string ? SignatureProblem<`not a field name: '${N}'`> : never

type Shared<N> = N extends string ? SignatureProblem<`field '${N}' is used twice`> : never

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
      { [F in Split<S> as MayBeAbsent<F> extends true ? never : Name<F>]: TypeOf<F> } & {
        [F in Split<S> as MayBeAbsent<F> extends true ? Name<F> : never]?: TypeOf<F> | null | undefined
      }
    >
  : PlainFields<S>

type OutputFields<S extends string> = S extends `${string}${'?' | '='}${string}`
  ? {
      [F in Split<S> as Name<F>]:
        | TypeOf<F>
        | (IsOptional<F> extends true ? (HasDefault<F> extends true ? never : null) : never)
    }
  : PlainFields<S>

type PlainFields<S extends string> = {
  [F in Split<S> as PlainName<F>]: F extends `${string}:${infer T}` ? Type<Trim<T>> : string
}

type PlainName<F extends string> = F extends ` ${infer N}:${string}`
  ? TrimRest<N>
  : F extends `${infer N}:${string}`
    ? TrimRest<N>
    : Trim<F>

type Flat<T> = { [K in keyof T]: T[K] }

/** The fields of one side, still as text. */
type Split<S extends string, Done = never> = S extends `${infer F},${infer R}`
  ? IsOpen<F> extends true
    ? Rejoin<F, R, Done>
    : Split<R, Done | F>
  : S extends '' | ' '
    ? Done
    : S extends `${string}${Break}${string}`
      ? Trim<S> extends ''
        ? Done
        : Done | S
      : Done | S

type Rejoin<F extends string, R extends string, Done> = R extends `${infer More},${infer Rest}`
  ? IsOpen<`${F},${More}`> extends true
    ? Rejoin<`${F},${More}`, Rest, Done>
    : Split<Rest, Done | `${F},${More}`>
  : Done | `${F},${R}`

/** Whether a field was cut within its type. Asked of the type alone, so that the answer is remembered. */
type IsOpen<F extends string> = F extends `${string}${'"' | "'" | '[' | '(' | '<'}${string}`
  ? F extends `${string}:${infer T}`
    ? OpenQuote<T>
    : false
  : false

type IsOptional<F extends string> = F extends `${infer N}:${string}`
  ? N extends `${string}?${string}`
    ? true
    : false
  : F extends `${string}?${string}`
    ? true
    : false

type MayBeAbsent<F extends string> = F extends `${infer N}:${infer T}`
  ? N extends `${string}?${string}`
    ? true
    : HasDefault<T>
  : F extends `${string}${'?' | '='}${string}`
    ? true
    : false

type HasDefault<T extends string> = T extends `${infer B}=${string}` ? (Open<B> extends true ? false : true) : false

type Name<F extends string> = F extends `${infer N}:${string}` ? BareName<N> : BareName<F>

type BareName<N extends string> = N extends `${infer B}?${string}`
  ? Trim<B>
  : N extends `${infer B}=${string}`
    ? Trim<B>
    : Trim<N>

type TypeOf<F extends string> = F extends `${string}:${infer T}` ? TypeText<BeforeDefault<T>> : string

type BeforeDefault<T extends string> = T extends `${infer B}=${string}` ? (Open<B> extends true ? T : B) : T
