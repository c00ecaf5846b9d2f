import type { JsonObject, JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'

/**
 * A schema in the keywords that grammars follow to the letter, so that what follows it is valid; undefined where that cannot
 * be said. Numbers stay below 2^53, lengths count UTF-16 units as ours do, annotations and `uniqueItems` go.
 */
export const grammarSchema = (schema: JsonValue | undefined): JsonSchema | undefined => {
  if (!isObject(schema)) return undefined
  const out: Record<string, JsonValue> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (dropped.has(key) || (key === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}')) continue
    const part = followed(key, value)
    if (part === undefined) return undefined
    out[key === 'oneOf' ? 'anyOf' : key] = part
  }
  const { minLength, maxLength, ...rest } = out
  if (minLength === undefined && maxLength === undefined) return bounded(out)
  if (rest.pattern !== undefined) return undefined
  return { ...rest, pattern: `^[\\u0000-\\uffff]{${minLength ?? 0},${maxLength ?? ''}}$` }
}

/**
 * Goes into a schema for a document with one spacing, that of `{"a": 1, "b": [2, 3]}`: what the engine calls flexible lets an
 * answer be blanks for ever, and leaves less to be forced.
 */
export const spacing: JsonSchema = {
  'x-guidance': { whitespace_flexible: false, item_separator: ', ', key_separator: ': ' },
}

const dropped: ReadonlySet<string> = new Set([
  ...[
    'title',
    'description',
    'default',
    'examples',
    'deprecated',
    'readOnly',
    'writeOnly',
    '$schema',
    '$comment',
    'id',
  ],
  'uniqueItems',
])

const plain: ReadonlySet<string> = new Set([
  ...['type', 'const', 'enum', 'required', 'minItems', 'maxItems', 'minLength', 'maxLength'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
])

/** The value of a keyword, its schemas followed; undefined for one that is not. */
const followed = (key: string, value: JsonValue): JsonValue | undefined => {
  if (plain.has(key)) return value
  switch (key) {
    case '$ref':
      return typeof value === 'string' && value.startsWith('#/$defs/') ? value : undefined
    case 'pattern':
      return typeof value === 'string' ? simplePattern(value) : undefined
    case 'properties':
    case '$defs': {
      if (!isObject(value)) return undefined
      const parts = Object.entries(value).map(([name, part]) => [name, grammarSchema(part)] as const)
      return parts.some(([, part]) => part === undefined) ? undefined : (Object.fromEntries(parts) as JsonObject)
    }
    case 'anyOf':
    case 'oneOf':
    case 'prefixItems': {
      if (!Array.isArray(value)) return undefined
      const parts = value.map(grammarSchema)
      return parts.every(part => part !== undefined) ? parts : undefined
    }
    case 'items':
    case 'additionalProperties':
      return typeof value === 'boolean' ? value : grammarSchema(value)
    default:
      return undefined
  }
}

/** An anchored pattern of letters, classes and counts, which means the same to everybody; undefined for any other. */
export const simplePattern = (source: string): string | undefined => {
  const written = source.replaceAll('\\d', '[0-9]')
  return /^\^(?:(?:[\w-]|\[[\w-]+\])(?:[*+?]|\{\d+(?:,\d*)?\})?)*\$$/.test(written) ? written : undefined
}

/** A schema of numbers whose values JavaScript holds: beyond 2^53 integers are rounded, and far beyond all is Infinity. */
export const bounded = (schema: JsonSchema): JsonSchema => {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const types: readonly JsonValue[] = Array.isArray(type) ? type : [type ?? null]
  if (!types.includes('integer') && !types.includes('number')) return schema
  return {
    ...schema,
    ...(minimum === undefined && exclusiveMinimum === undefined && { minimum: Number.MIN_SAFE_INTEGER }),
    ...(maximum === undefined && exclusiveMaximum === undefined && { maximum: Number.MAX_SAFE_INTEGER }),
  }
}
