import type { JsonSchema, JsonValue } from '../../data/json.ts'
import { isObject, listOf } from '../../data/json-shape.ts'

/**
 * A schema whose objects take no keys but those that they name, as tools here do (`schemaChecker`), unless they say otherwise.
 * Where an object is put together of several schemas, all stays as it is: none of them knows the keys of the others.
 */
export const closedSchema = (schema: JsonSchema): JsonSchema => (isComposed(schema) ? schema : closed(schema))

const isComposed = (value: JsonValue): boolean => {
  if (Array.isArray(value)) return value.some(isComposed)
  if (!isObject(value)) return false
  const isPart = value.$ref !== undefined || value.anyOf !== undefined || value.oneOf !== undefined
  const speaks = value.properties !== undefined || value.required !== undefined
  return value.allOf !== undefined || (isPart && speaks) || Object.values(value).some(isComposed)
}

const closed = (schema: JsonSchema): JsonSchema => {
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closedPart(key, value)]))
  const { properties, additionalProperties, patternProperties, required } = schema
  if (!isObject(properties) || additionalProperties !== undefined || patternProperties !== undefined) return parts
  const isNamed = (name: JsonValue): boolean => typeof name === 'string' && Object.hasOwn(properties, name)
  return listOf(required).every(isNamed) ? { ...parts, additionalProperties: false } : parts
}

const closedPart = (key: string, value: JsonValue): JsonValue => {
  switch (key) {
    case 'properties':
    case '$defs':
    case 'definitions':
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, closedValue(part)]))
        : value
    case 'anyOf':
    case 'oneOf':
    case 'prefixItems':
      return Array.isArray(value) ? value.map(closedValue) : value
    case 'items':
    case 'additionalProperties':
      return closedValue(value)
    default:
      return value
  }
}

const closedValue = (value: JsonValue): JsonValue => (isObject(value) ? closed(value) : value)
