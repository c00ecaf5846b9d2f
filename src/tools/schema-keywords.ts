import type { JsonObject, JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'

/** Keywords that are checked, and remarks that say nothing about what a value may be. */
const known: ReadonlySet<string> = new Set([
  ...['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref', '$defs', 'definitions'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'pattern'],
  ...['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'],
  ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  ...['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'example', 'format'],
  ...['deprecated', 'readOnly', 'writeOnly', 'contentEncoding', 'contentMediaType'],
])

export const isKnownKeyword = (keyword: string): boolean => known.has(keyword) || keyword.startsWith('x-')

/** Whether a schema says which keys an object has. */
export const speaksOfKeys = (schema: JsonObject): boolean =>
  schema.properties !== undefined || schema.additionalProperties !== undefined || schema.allOf !== undefined

/** What a reference like `#/$defs/person` stands for. */
export const resolvedReference = (ref: string, root: JsonSchema): JsonValue | undefined => {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined
  let found: JsonValue | undefined = root
  for (const part of ref.split('/').slice(1)) {
    const key = unescaped(part)
    if (key === undefined || typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as JsonObject)[key]
  }
  return found
}

/** A part of a JSON pointer in an address; undefined when it is none. */
const unescaped = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return undefined
  }
}

/** The keys that a schema and what it is made of name; `any` where one of them takes all. */
export const namedKeys = (schema: JsonObject, root: JsonSchema): ReadonlySet<string> | 'any' => {
  const names = new Set<string>()
  const visited = new Set<JsonObject>()
  const takesAll = (one: JsonValue | undefined): boolean => {
    if (!isObject(one) || visited.has(one)) return false
    visited.add(one)
    if (one.additionalProperties !== undefined && one.additionalProperties !== false) return true
    if (isObject(one.properties)) for (const name of Object.keys(one.properties)) names.add(name)
    const target = typeof one.$ref === 'string' ? resolvedReference(one.$ref, root) : undefined
    const members = [one.allOf, one.anyOf, one.oneOf].flatMap(list => (Array.isArray(list) ? list : []))
    return [target, ...members].some(takesAll)
  }
  return takesAll(schema) ? 'any' : names
}
