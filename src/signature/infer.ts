/*
 * The grammar of parse.ts as types, production by production: from the literal string of a signature to its inputs and
 * outputs. What is common costs least: a list of plain names never looks for quotes, a type seen once is remembered.
 *
 * Two things parse.ts takes and this does not: escaped quotes in a literal, and "->" inside a literal of an input. They
 * fail to compile; `parseSignature` and `signature({ inputs, outputs })` take them.
 */
import type { Signature } from './signature.ts'

/** What the compiler shows where a signature is wrong; `Problem` names the mistake. */
export interface SignatureProblem<Problem extends string> {
  readonly 'signature error': Problem
}

/** The inputs of a signature, or of a signature string; a record of unknowns for a string known only at run time. */
export type InputsOf<S> = S extends string ? Inputs<S> : S extends Signature<infer I, unknown> ? I : never

/** The outputs of a signature, or of a signature string. */
export type OutputsOf<S> = S extends string ? Outputs<S> : S extends Signature<unknown, infer O> ? O : never

/** The signature that a string describes. */
export type SignatureOf<S extends string> = Signature<Inputs<S>, Outputs<S>>

/** A parameter that takes signature strings and lets the compiler refuse wrong ones by naming the mistake. */
export type CheckedSignature<S extends string> = S & Checked<S>

/** The string itself where it is right, else the problem. */
export type Checked<S extends string> = string extends S
  ? S
  : S extends `${string}->${string}`
    ? Verdict<S, Inputs<S>, Outputs<S>>
    : SignatureProblem<`no '->' in '${S}'`>

type Verdict<S extends string, I, O> = [Problems<I> | Problems<O> | Shared<keyof I & keyof O>] extends [never]
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

type OutputFields<S extends string> = S extends `${string}?${string}`
  ? { [F in Split<S> as Name<F>]: TypeOf<F> | (MayBeAbsent<F> extends true ? null : never) }
  : PlainFields<S>

type PlainFields<S extends string> = { [F in Split<S> as Name<F>]: TypeOf<F> }

type Flat<T> = { [K in keyof T]: T[K] }

/** The fields of one side, still as text. */
type Split<S extends string> = S extends `${infer F},${infer R}`
  ? IsOpen<F> extends true
    ? Rejoin<F, R>
    : F | Split<R>
  : Trim<S> extends ''
    ? never
    : S

type Rejoin<F extends string, R extends string> = R extends `${infer More},${infer Rest}`
  ? IsOpen<`${F},${More}`> extends true
    ? Rejoin<`${F},${More}`, Rest>
    : `${F},${More}` | Split<Rest>
  : `${F},${R}`

/** Whether a field was cut within its type. Asked of the type alone, so that the answer is remembered. */
type IsOpen<F extends string> = F extends `${string}:${infer T}` ? Open<T> : false

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

type TypeOf<F extends string> = F extends `${string}:${infer T}` ? TypeText<T> : string

type Blank = ' ' | '\n' | '\t' | '\r'

type Trim<S extends string> = S extends `${Blank}${infer R}` ? Trim<R> : S extends `${infer R}${Blank}` ? Trim<R> : S

/** Whether a quote or a bracket is still open at the end of a text. */
type Open<S extends string> = S extends `${string}${'"' | "'" | '[' | '(' | '<'}${string}` ? OpenQuote<S> : false

type OpenQuote<S extends string> = S extends `${infer A}'${infer R}`
  ? A extends `${infer B}"${infer C}`
    ? AfterQuote<B, `${C}'${R}`, '"'>
    : AfterQuote<A, R, "'">
  : S extends `${infer A}"${infer R}`
    ? AfterQuote<A, R, '"'>
    : OpenBracket<S>

type AfterQuote<A extends string, R extends string, Quote extends string> = R extends `${string}${Quote}${infer Rest}`
  ? OpenQuote<`${A}${Rest}`>
  : true

type OpenBracket<S extends string> =
  Unclosed<S, '[', ']'> extends false ? (Unclosed<S, '(', ')'> extends false ? Unclosed<S, '<', '>'> : true) : true

/** Takes away a pair until none is left; which opener a closer gets does not matter to the count. */
type Unclosed<
  S extends string,
  Opener extends string,
  Closer extends string,
> = S extends `${infer A}${Closer}${infer R}`
  ? A extends `${infer B}${Opener}${infer C}`
    ? Unclosed<`${B}${C}${R}`, Opener, Closer>
    : false
  : S extends `${string}${Opener}${string}`
    ? true
    : false

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

/** The value of a type as it stands behind a colon; unknown where the text is known only at run time. */
export type TypeText<T extends string> = string extends T ? unknown : Type<Trim<T>>

type Type<T extends string> = T extends keyof Named ? Named[T] : T extends `${string}|${string}` ? Union<T> : Member<T>

type Union<T extends string> = T extends `${infer A}|${infer R}` ? UnionOf<A, R> : Member<T>

type UnionOf<A extends string, R extends string> =
  Open<A> extends true
    ? R extends `${infer More}|${infer Rest}`
      ? UnionOf<`${A}|${More}`, Rest>
      : Member<`${A}|${R}`>
    : Member<Trim<A>> | Union<Trim<R>>

/** A type that is no union, but for what it has in brackets. */
type Member<T extends string> = T extends keyof Named
  ? Named[T]
  : T extends `'${infer V}'` | `"${infer V}"`
    ? V
    : T extends `${infer B}[]`
      ? ListOf<Type<Trim<B>>>
      : T extends `${infer G}[${infer A}]` | `${infer G}<${infer A}>`
        ? Generic<Trim<G>, A>
        : T extends `(${infer B})`
          ? TypeText<B>
          : T extends `${infer N extends number}`
            ? N
            : T extends `${infer B}=${string}`
              ? TypeText<B>
              : T extends `dspy.${Special}`
                ? unknown
                : T extends `typing.${infer B}`
                  ? Member<B>
                  : SignatureProblem<`unknown type '${T}'`>

type Special =
  | 'Audio'
  | 'Citations'
  | 'Code'
  | 'Document'
  | 'File'
  | 'History'
  | 'Image'
  | 'Reasoning'
  | 'Tool'
  | 'ToolCalls'

type Generic<G extends string, A extends string> = G extends
  | 'list'
  | 'List'
  | 'Array'
  | 'Sequence'
  | 'set'
  | 'Set'
  | 'frozenset'
  | 'FrozenSet'
  ? ListOf<TypeText<A>>
  : G extends 'Literal'
    ? TypeText<SplitTypes<A>[number]>
    : G extends 'Optional'
      ? TypeText<A> | null
      : G extends 'dict' | 'Dict' | 'Record' | 'Mapping'
        ? A extends `${string},${infer V}`
          ? RecordOf<TypeText<V>>
          : SignatureProblem<`no value type in '${G}[${A}]'`>
        : G extends 'Union'
          ? TypeText<SplitTypes<A>[number]>
          : G extends 'tuple' | 'Tuple' | ''
            ? TupleOf<Tuple<SplitTypes<A>>>
            : G extends 'Annotated'
              ? TypeText<First<SplitTypes<A>>>
              : G extends `typing.${infer B}`
                ? Generic<B, A>
                : G extends 'dspy.Code'
                  ? unknown
                  : SignatureProblem<`unknown type '${G}'`>

type First<Items> = Items extends [infer One extends string, ...string[]] ? One : ''

type ListOf<T> = [Problem<T>] extends [never] ? T[] : Problem<T>

type RecordOf<T> = [Problem<T>] extends [never] ? Record<string, T> : Problem<T>

type TupleOf<T extends unknown[]> = [Problem<T[number]>] extends [never] ? T : Problem<T[number]>

type Problem<T> = Extract<T, SignatureProblem<string>>

type SplitTypes<
  S extends string,
  Done extends string[] = [],
  Part extends string = '',
> = S extends `${infer A},${infer R}`
  ? Open<`${Part}${A}`> extends true
    ? SplitTypes<R, Done, `${Part}${A},`>
    : SplitTypes<R, [...Done, `${Part}${A}`]>
  : Trim<`${Part}${S}`> extends ''
    ? Done
    : [...Done, `${Part}${S}`]

type Tuple<Items extends string[], Done extends unknown[] = []> = Items extends [
  infer First extends string,
  ...infer Rest extends string[],
]
  ? Rest extends [infer Dots extends string]
    ? Trim<Dots> extends '...'
      ? [...Done, ...TypeText<First>[]]
      : Tuple<Rest, [...Done, TypeText<First>]>
    : Tuple<Rest, [...Done, TypeText<First>]>
  : Done
