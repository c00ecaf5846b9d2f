import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'

/** A longer expectation is told by its type alone. */
const longestExpectation = 160

/**
 * What is wrong at a place of a value, in words of our own: where, what its JSON schema expects there, and what kind of
 * thing is there. Nothing of the value is repeated; a key that the schema does not name is a `*`.
 */
export const schemaProblem = (root: JsonSchema, value: unknown, path: readonly PropertyKey[]): string => {
  let schema: JsonSchema | undefined = root
  let found = value
  const shown: string[] = []
  for (const key of path) {
    const isPlace = typeof key === 'number' && Array.isArray(found)
    const isNamed = partOf(root, schema, 'properties', key) !== undefined
    shown.push(isPlace || isNamed ? String(key) : '*')
    schema = stepInto(root, schema, key)
    found = isContainer(found) && Object.hasOwn(found, key) ? (found as Record<PropertyKey, unknown>)[key] : undefined
  }
  const where = shown.length === 0 ? '' : `'${shown.join('.')}': `
  return `${where}expected ${expectation(schema && resolved(root, schema))}, got ${kindOf(found)}`
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The schema of a named property or of one place in a list, in the schema or the first of its alternatives that has it. */
const partOf = (
  root: JsonSchema,
  schema: JsonSchema | undefined,
  where: 'properties' | 'prefixItems',
  key: PropertyKey,
): JsonSchema | undefined => {
  for (const one of alternatives(root, schema)) {
    const parts = one[where]
    if (!isContainer(parts) || !Object.hasOwn(parts, key)) continue
    const part = (parts as Record<PropertyKey, JsonValue | undefined>)[key]
    if (isObject(part)) return part
  }
  return undefined
}

const stepInto = (root: JsonSchema, schema: JsonSchema | undefined, key: PropertyKey): JsonSchema | undefined => {
  const named = partOf(root, schema, 'properties', key) ?? partOf(root, schema, 'prefixItems', key)
  if (named !== undefined) return named
  const rest = typeof key === 'number' ? 'items' : 'additionalProperties'
  return alternatives(root, schema)
    .map(one => one[rest])
    .find(isObject)
}

/** The schema itself, or what it may be instead; alternatives of alternatives are not followed. */
const alternatives = (root: JsonSchema, schema: JsonSchema | undefined): readonly JsonSchema[] => {
  if (schema === undefined) return []
  const whole = resolved(root, schema)
  const members = [whole.anyOf, whole.oneOf, whole.allOf].flatMap(list => (Array.isArray(list) ? list : []))
  return [whole, ...members.filter(isObject).map(member => resolved(root, member))]
}

/** What a reference to the definitions of the same schema stands for. */
const resolved = (root: JsonSchema, schema: JsonSchema): JsonSchema => {
  const name = typeof schema.$ref === 'string' ? /^#\/(\$defs|definitions)\/([^/]+)$/.exec(schema.$ref) : null
  const definitions = name === null ? undefined : root[name[1] ?? '']
  const target = isObject(definitions) ? definitions[name?.[2] ?? ''] : undefined
  return isObject(target) ? target : schema
}

const expectation = (schema: JsonSchema | undefined): string => {
  if (schema === undefined) return 'what its schema accepts'
  const { $schema: _, description: __, title: ___, ...rest } = schema
  const written = JSON.stringify(rest)
  if (written !== '{}' && written.length <= longestExpectation) return `what follows ${written}`
  return typeof schema.type === 'string' ? `${schema.type} that its schema accepts` : 'what its schema accepts'
}

/** What a value is, without telling what it says. */
const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? `an array of ${value.length}` : `${typeof value}`
}
