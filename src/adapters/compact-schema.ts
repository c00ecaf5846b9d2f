import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { wording } from './wording.ts'

interface Scope {
  readonly root: JsonSchema
  /** How often each reference is made. */
  readonly uses: ReadonlyMap<string, number>
  /** The named types so far, by the reference that they stand for. */
  readonly named: Map<string, { readonly name: string; text: string }>
}

/**
 * Shows a JSON schema in the fewest words: TypeScript's spelling, a comment for each description and limit.
 *
 * What holds itself, or is needed in several places, stands before it as `type Node = {…}`. Every definition is written
 * once, so a schema that holds itself ends, and one whose definitions multiply stays short.
 */
export const compactSchema = (root: JsonSchema): string => {
  const scope: Scope = { root, uses: countReferences(root), named: new Map() }
  const type = typeOf(root, scope)
  return [...[...scope.named.values()].map(({ name, text }) => `type ${name} = ${text}`), type].join('\n\n')
}

/** One property of an object: its comments, its name, its type. */
const propertyOf = (name: string, type: string, schema: JsonSchema, optional: boolean): string =>
  [
    ...commentsOf(schema).map(comment => `// ${comment.replace(/\s+/g, ' ')}`),
    `${/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : JSON.stringify(name)}${optional ? '?' : ''}: ${type},`,
  ].join('\n')

const commentsOf = (schema: JsonSchema): string[] =>
  [typeof schema.description === 'string' ? schema.description : '', limitsOf(schema).join('; ')].filter(
    comment => comment !== '',
  )

const indented = (text: string): string =>
  text
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')

const typeOf = (schema: JsonSchema, scope: Scope): string => {
  if (typeof schema.$ref === 'string') return reference(schema.$ref, scope)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum))
    return joined((schema.enum as readonly JsonValue[]).map(value => JSON.stringify(value)))
  for (const [parts, join] of [
    [schema.anyOf, ' | '],
    [schema.oneOf, ' | '],
    [schema.allOf, ' & '],
  ] as const) {
    if (Array.isArray(parts))
      return joined(
        parts.filter(isObject).map(part => typeOf(part, scope)),
        join,
      )
  }
  if (Array.isArray(schema.type)) {
    return joined((schema.type as readonly JsonValue[]).map(type => typeOf({ ...schema, type }, scope)))
  }
  switch (schema.type) {
    case 'array':
      return arrayOf(schema, scope)
    case 'object':
      return objectOf(schema, scope)
    default:
      return typeof schema.type === 'string' ? schema.type : 'any'
  }
}

const arrayOf = (schema: JsonSchema, scope: Scope): string => {
  const places = Array.isArray(schema.prefixItems) ? (schema.prefixItems as readonly JsonValue[]).filter(isObject) : []
  const items = isObject(schema.items) ? `${grouped(schema.items, scope)}[]` : undefined
  if (places.length === 0) return items ?? 'any[]'
  return `[${[...places.map(place => typeOf(place, scope)), ...(items === undefined ? [] : [`...${items}`])].join(', ')}]`
}

const objectOf = (schema: JsonSchema, scope: Scope): string => {
  if (!isObject(schema.properties)) {
    const values = isObject(schema.additionalProperties) ? typeOf(schema.additionalProperties, scope) : 'any'
    return `{ [key: string]: ${values} }`
  }
  const required = new Set(Array.isArray(schema.required) ? (schema.required as readonly JsonValue[]) : [])
  const properties = Object.entries(schema.properties).map(([name, part]) => {
    const property = isObject(part) ? part : {}
    return propertyOf(name, typeOf(property, scope), property, !required.has(name))
  })
  return properties.length === 0 ? '{}' : `{\n${indented(properties.join('\n'))}\n}`
}

/** A definition: in its place where it is needed once, else by its name. */
const reference = (pointer: string, scope: Scope): string => {
  const known = scope.named.get(pointer)
  if (known !== undefined) return known.name
  const [name, target] = definition(pointer, scope)
  if (target === undefined) return 'any'
  if (scope.uses.get(pointer) === 1) return typeOf(target, scope)
  const named = { name, text: '' }
  scope.named.set(pointer, named)
  named.text = typeOf(target, scope)
  return name
}

const definition = (pointer: string, { root }: Scope): readonly [name: string, JsonSchema | undefined] => {
  const [, name = ''] = /^#\/\$defs\/([^/]+)$/.exec(pointer) ?? []
  const definitions = root.$defs
  const target = isObject(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined
  return [name, isObject(target) ? target : undefined]
}

/** How often each reference is made: a definition that only holds itself is referred to from outside as well. */
const countReferences = (root: JsonValue): ReadonlyMap<string, number> => {
  const uses = new Map<string, number>()
  const visit = (value: JsonValue | undefined): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, part] of Object.entries(value)) {
      if (key === '$ref' && typeof part === 'string') uses.set(part, (uses.get(part) ?? 0) + 1)
      else visit(part as JsonValue)
    }
  }
  visit(root)
  return uses
}

const limitsOf = (schema: JsonSchema): string[] => {
  const limits: Readonly<Record<string, (limit: number) => string>> = {
    ...wording.constraint,
    ...(schema.prefixItems === undefined && {
      minItems: wording.constraint.minLength,
      maxItems: wording.constraint.maxLength,
    }),
  }
  const numbers = Object.entries(limits).flatMap(([name, say]) => {
    const limit = schema[name]
    return typeof limit === 'number' && Math.abs(limit) !== Number.MAX_SAFE_INTEGER ? [say(limit)] : []
  })
  return typeof schema.format === 'string' ? [...numbers, wording.format(schema.format)] : numbers
}

const joined = (types: readonly string[], by = ' | '): string => [...new Set(types)].join(by)

/** A type that something follows: in parentheses where it is one of several. */
const grouped = (schema: JsonSchema, scope: Scope): string => {
  const type = typeOf(schema, scope)
  const several = [schema.anyOf, schema.oneOf, schema.allOf, schema.enum, schema.type].some(
    parts => Array.isArray(parts) && parts.length > 1,
  )
  const isInPlace = typeof schema.$ref === 'string' && type.includes(' | ')
  return several || isInPlace ? `(${type})` : type
}
