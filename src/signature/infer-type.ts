import type { Open, Trim } from './infer-text.ts'
import type { SpecialValues } from './special-values.ts'

/** What the compiler shows where a signature is wrong; `Problem` names the mistake. */
export interface SignatureProblem<Problem extends string> {
  readonly 'signature error': Problem
}

interface Named extends SpecialValues {
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

/** The same for a type without blanks around it. */
export type Type<T extends string> = T extends keyof Named
  ? Named[T]
  : T extends `${string}|${string}`
    ? Union<T>
    : Member<T>

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
  : T extends `'${infer V}'`
    ? Literal<V, "'", T>
    : T extends `"${infer V}"`
      ? Literal<V, '"', T>
      : T extends `${infer B}[]`
        ? ListOf<Type<Trim<B>>>
        : T extends `${infer G}[${infer A}]` | `${infer G}<${infer A}>`
          ? Generic<Trim<G>, A>
          : T extends `(${infer B})`
            ? TypeText<B>
            : T extends `${infer N extends number}`
              ? N
              : T extends `typing.${infer B}`
                ? Member<B>
                : SignatureProblem<`unknown type '${T}'`>

/** An escape is not followed: the literal is then any text. */
type Literal<V extends string, Quote extends string, T extends string> = V extends `${string}\\${string}`
  ? string
  : V extends `${string}${Quote}${string}`
    ? SignatureProblem<`unknown type '${T}'`>
    : V

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
                : G extends 'Code' | 'dspy.Code'
                  ? string
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
