import { bounded, spacing } from '../../adapters/grammar-schema.ts'
import type { JsonSchema, JsonValue } from '../../data/json.ts'
import { isObject } from '../../data/json-shape.ts'
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
      return { kind: 1, text: JSON.stringify(spacedSchema(grammar.schema)) }
    case 'regex':
      return { kind: 2, text: grammar.pattern }
  }
}

/** A schema whose documents have one spacing, unless it says how it wants its blanks. */
export const spacedSchema = (schema: JsonSchema): JsonSchema => ({ ...spacing, ...withBounds(schema) })

const named: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions'])
const nested: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'prefixItems'])

/** The schema with bounds for all of its numbers; what is no schema, as the values of an `enum`, stays as it is. */
const withBounds = (schema: JsonSchema): JsonSchema =>
  bounded(
    Object.fromEntries(
      Object.entries(schema).map(([key, value]) => {
        if (nested.has(key)) return [key, Array.isArray(value) ? value.map(bounds) : bounds(value)]
        if (!named.has(key) || !isObject(value)) return [key, value]
        return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bounds(part)]))]
      }),
    ),
  )

const bounds = (value: JsonValue): JsonValue => (isObject(value) ? withBounds(value) : value)

/** What the engine says of a grammar that it cannot read, on one line and without what only its authors understand. */
export const grammarProblem = (failure: string): string => {
  const [said = ''] = failure.split('\n<')
  const line = said.trim().replace(/\s+/g, ' ')
  return line.length > 500 ? `${line.slice(0, 500)}…` : line
}
