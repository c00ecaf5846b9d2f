/** One piece of a signature string; `offset` is where it starts, in UTF-16 units. */
export interface Token {
  /** For `string` the unescaped content, else the text as written; '' at the end. */
  readonly text: string
  readonly kind: 'name' | 'string' | 'number' | 'sign' | 'end'
  readonly offset: number
}
