import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import type { FieldType, LiteralValue } from '../signature/field-type.ts'
import { specialSchema } from '../signature/special-schema.ts'
import { specialName } from '../signature/special-types.ts'
import { isTextual } from './coerce-special.ts'
import type { XmlContent } from './xml-sections.ts'

/** What the elements of an answer are to be read as: what field types and JSON schemas have in common. */
export type XmlShape =
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly type: FieldType }
  | { readonly kind: 'list'; readonly items: (index: number) => XmlShape }
  | { readonly kind: 'record'; readonly values: () => XmlShape }
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, () => XmlShape> }
  | { readonly kind: 'union'; readonly members: readonly XmlShape[] }

const anything: XmlShape = { kind: 'any' }

/** The shape of a field type. */
export const shapeOf = (type: FieldType): XmlShape => {
  switch (type.kind) {
    case 'json':
      return anything
    case 'special': {
      const schema = specialSchema(specialName(type))
      return schemaShape(schema, schema, 0)
    }
    case 'list':
    case 'set':
      return { kind: 'list', items: () => shapeOf(type.items) }
    case 'tuple':
      return { kind: 'list', items: index => shapeOf(type.items[index] ?? type.rest ?? { kind: 'json' }) }
    case 'record':
      return { kind: 'record', values: () => shapeOf(type.values) }
    case 'object':
      return {
        kind: 'object',
        properties: new Map(type.properties.map(property => [property.name, () => shapeOf(property.type)])),
      }
    case 'union':
      return unionOf(
        type.members.map(shapeOf),
        type.members.filter(member => shapeOf(member).kind === 'text'),
      )
    case 'schema':
      return schemaShape(type.jsonSchema, type.jsonSchema, 0)
    default:
      return { kind: 'text', type }
  }
}

/** How the value of a type stands between the tags of its field. */
export const xmlContent = (type: FieldType): XmlContent => {
  if (type.kind === 'special' && !isTextual(type)) return 'markup'
  const shape = shapeOf(type)
  const members = shape.kind === 'union' ? shape.members : [shape]
  if (members.some(member => member.kind === 'list')) return 'items'
  return members.every(member => member.kind === 'text') ? 'text' : 'markup'
}

/** Leaves of several types are read as one, so that their order decides as it does elsewhere. */
const unionOf = (shapes: readonly XmlShape[], leaves: readonly FieldType[]): XmlShape => {
  const nested = shapes.filter(shape => shape.kind !== 'text')
  const text: XmlShape[] = leaves.length === 0 ? [] : [{ kind: 'text', type: oneOf(leaves) }]
  const members = [...nested, ...text]
  const [only] = members
  return members.length === 1 && only !== undefined ? only : { kind: 'union', members }
}

const oneOf = (types: readonly FieldType[]): FieldType => {
  const [only] = types
  return types.length === 1 && only !== undefined ? only : { kind: 'union', members: types }
}

/** References that lead to references. */
const mostSteps = 32

const schemaShape = (root: JsonSchema, schema: JsonSchema, steps: number): XmlShape => {
  if (steps > mostSteps) return anything
  if (typeof schema.$ref === 'string') {
    const target = definition(root, schema.$ref)
    return target === undefined ? anything : schemaShape(root, target, steps + 1)
  }
  if ('const' in schema || Array.isArray(schema.enum)) {
    const values = (Array.isArray(schema.enum) ? schema.enum : [schema.const]) as readonly LiteralValue[]
    return { kind: 'text', type: { kind: 'literal', values } }
  }
  const alternatives = [schema.anyOf, schema.oneOf].find(Array.isArray) as readonly JsonValue[] | undefined
  const types = Array.isArray(schema.type) ? (schema.type as readonly JsonValue[]) : undefined
  const members = alternatives?.filter(isObject) ?? types?.map((type): JsonSchema => ({ ...schema, type }))
  if (members !== undefined) {
    const shapes = members.map(member => schemaShape(root, member, steps + 1))
    return unionOf(
      shapes.flatMap(shape => (shape.kind === 'union' ? shape.members : [shape])),
      shapes.flatMap(shape => (shape.kind === 'text' ? [shape.type] : [])),
    )
  }
  return plainShape(root, schema)
}

const plainShape = (root: JsonSchema, schema: JsonSchema): XmlShape => {
  // Each level of the answer asks for the next level of its shape: a schema that holds itself is no endless one.
  const below = (part: JsonValue | undefined): XmlShape => (isObject(part) ? schemaShape(root, part, 0) : anything)
  switch (schema.type) {
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return { kind: 'text', type: { kind: schema.type } }
    case 'array': {
      const places = Array.isArray(schema.prefixItems) ? (schema.prefixItems as readonly JsonValue[]) : []
      return { kind: 'list', items: index => below(places[index] ?? schema.items) }
    }
    case 'object':
      return isObject(schema.properties)
        ? {
            kind: 'object',
            properties: new Map(Object.entries(schema.properties).map(([name, part]) => [name, () => below(part)])),
          }
        : { kind: 'record', values: () => below(schema.additionalProperties) }
    default:
      return anything
  }
}

/** What a reference to the definitions of the same schema stands for. */
export const definition = (root: JsonSchema, reference: string): JsonSchema | undefined => {
  if (reference === '#') return root
  const [, place, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? []
  const definitions = place === undefined ? undefined : root[place]
  const target = isObject(definitions) && Object.hasOwn(definitions, name ?? '') ? definitions[name ?? ''] : undefined
  return isObject(target) ? target : undefined
}
