/*
 * What the type-level grammar does with text. Each asks for the rare thing with a pattern that has nothing to infer,
 * because those cost the compiler least.
 */

export type Blank = ' ' | '\n' | '\t' | '\r'

export type Break = Exclude<Blank, ' '>

/** A text without blanks around it. */
export type Trim<S extends string> = S extends ` ${infer R}` ? TrimRest<R> : TrimRest<S>

/** The same for a text that does not begin with a space. */
export type TrimRest<S extends string> = S extends `${string}${Blank}${string}` ? TrimAll<S> : S

type TrimAll<S extends string> = S extends `${Blank}${infer R}`
  ? TrimAll<R>
  : S extends `${infer R}${Blank}`
    ? TrimAll<R>
    : S

/** Whether a quote or a bracket is still open at the end of a text. */
export type Open<S extends string> = S extends `${string}${'"' | "'" | '[' | '(' | '<'}${string}` ? OpenQuote<S> : false

/** The same for a text that has a quote or a bracket. */
export type OpenQuote<S extends string> = S extends `${infer A}'${infer R}`
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
