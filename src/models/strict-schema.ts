import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject, listOf, objectOf } from '../data/json-shape.ts'

/** What OpenAI's strict mode understands; it refuses a request whose schema says anything else. */
const understood: ReadonlySet<string> = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', '$ref', '$defs'],
  ...['title', 'description', 'pattern', 'format', 'multipleOf', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems'],
])

/**
 * Whether a schema may be asked for in OpenAI's strict mode: an object whose parts are all typed, with every property
 * required and no others allowed.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs (supported schemas)
 */
export const isStrictSchema = (schema: JsonSchema): boolean => schema.type === 'object' && isStrict(schema)

const isStrict = (schema: JsonValue | undefined): boolean => {
  if (!isObject(schema) || !Object.keys(schema).every(keyword => understood.has(keyword))) return false
  const { type, properties, required, additionalProperties, items, anyOf, $ref, $defs } = schema
  if (type === undefined && anyOf === undefined && $ref === undefined) return false
  if (type === 'object') {
    const names = Object.keys(objectOf(properties))
    if (additionalProperties !== false || !names.every(name => listOf(required).includes(name))) return false
  }
  return (
    (type !== 'array' || isStrict(items)) &&
    Object.values(objectOf(properties)).every(isStrict) &&
    listOf(anyOf).every(isStrict) &&
    Object.values(objectOf($defs)).every(isStrict)
  )
}
