import type { JsonSchema } from '../../data/json.ts'
import type { Grammar } from '../token-constraint.ts'

/** A grammar as the engine reads it. */
export interface GrammarSource {
  /** 0 Lark, 1 JSON schema, 2 regular expression: the engine's numbers. */
  readonly kind: number
  readonly text: string
}

export const grammarSource = (grammar: Grammar): GrammarSource => {
  switch (grammar.kind) {
    case 'lark':
      return { kind: 0, text: grammar.text }
    case 'json-schema':
      return { kind: 1, text: JSON.stringify(spaced(grammar.schema)) }
    case 'regex':
      return { kind: 2, text: grammar.pattern }
  }
}

/**
 * A schema whose documents have one spacing, that of `{"a": 1, "b": [2, 3]}`: what the engine calls flexible lets an answer
 * be blanks for ever, and leaves less to be forced. A schema that says how it wants its blanks keeps that.
 */
const spaced = (schema: JsonSchema): JsonSchema => ({
  'x-guidance': { whitespace_flexible: false, item_separator: ', ', key_separator: ': ' },
  ...schema,
})

/** What the engine says of a grammar that it cannot read, on one line and without what only its authors understand. */
export const grammarProblem = (failure: string): string => {
  const [said = ''] = failure.split('\n<')
  const line = said.trim().replace(/\s+/g, ' ')
  return line.length > 500 ? `${line.slice(0, 500)}…` : line
}
