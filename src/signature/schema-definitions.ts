import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'

/** Where the definitions of schemas that become parts of another go: all of them under its root. */
export interface SchemaDefinitions {
  /** Takes a schema with references into itself as a part, which is called `name` where it holds itself. */
  embed(schema: JsonSchema, name: string): JsonSchema
  readonly all: ReadonlyMap<string, JsonSchema>
}

/**
 * Collects definitions. A reference such as `#/$defs/Node`, or `#` for the whole, means something else once its schema is
 * a part of another: each definition is moved to the root, under a name of its own, and its references follow it.
 */
export const schemaDefinitions = (): SchemaDefinitions => {
  const all = new Map<string, JsonSchema>()

  const freeName = (wanted: string): string => {
    let name = wanted
    for (let count = 2; all.has(name); count += 1) name = `${wanted}${count}`
    return name
  }

  return {
    all,
    embed({ $schema: _, ...schema }, name) {
      if (!hasReference(schema)) return schema
      const names = new Map<string, string>()
      const { $defs, definitions, ...whole } = schema
      const moved = [
        ['#', capitalized(name), whole] as const,
        ...parts('$defs', $defs),
        ...parts('definitions', definitions),
      ]
      for (const [pointer, wanted] of moved) {
        const free = freeName(wanted)
        all.set(free, {})
        names.set(pointer, free)
      }
      for (const [pointer, , part] of moved) all.set(names.get(pointer) ?? '', renamed(part, names))
      const self = names.get('#') ?? ''
      const embedded = renamed(whole, names)
      // Only a schema that holds itself is a definition of its own.
      if (![...all.values()].some(part => refersTo(part, `#/$defs/${self}`))) {
        all.delete(self)
        return embedded
      }
      return { $ref: `#/$defs/${self}` }
    },
  }
}

const parts = (place: string, definitions: JsonValue | undefined): (readonly [string, string, JsonSchema])[] =>
  isObject(definitions)
    ? Object.entries(definitions).flatMap(([name, part]) =>
        isObject(part) ? [[`#/${place}/${name}`, name, part] as const] : [],
      )
    : []

/** The schema with its references under their new names. */
const renamed = (schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema => {
  const rename = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(rename)
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        const name = key === '$ref' && typeof part === 'string' ? names.get(part) : undefined
        return [key, name === undefined ? rename(part) : `#/$defs/${name}`]
      }),
    )
  }
  return rename(schema) as JsonSchema
}

const hasReference = (value: JsonValue | undefined): boolean => refersTo(value, undefined)

/** Whether there is a reference to `pointer`, or any. */
const refersTo = (value: JsonValue | undefined, pointer: string | undefined): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, part]) =>
    key === '$ref' && typeof part === 'string'
      ? pointer === undefined || part === pointer
      : refersTo(part as JsonValue, pointer),
  )
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)
