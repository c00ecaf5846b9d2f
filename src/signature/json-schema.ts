import type { JsonObject, JsonSchema } from '../data/json.ts'
import type { Field } from './field.ts'
import type { FieldConstraints } from './field-constraints.ts'
import { defaultDescription } from './field-of.ts'
import type { FieldType, LiteralValue, ObjectProperty } from './field-type.ts'
import { type SchemaDefinitions, schemaDefinitions } from './schema-definitions.ts'
import type { Signature } from './signature.ts'
import { specialSchema } from './special-schema.ts'
import { specialName } from './special-types.ts'

/**
 * The JSON schema (2020-12) of an answer: one object with every output, and nothing else.
 *
 * Every field is required and an optional one may be null, which is what OpenAI's strict mode asks for; records, `json`
 * and tuples have no strict form and stay as they are.
 *
 * @see https://json-schema.org/draft/2020-12
 * @example
 * outputJsonSchema(signature("text -> label: 'spam' | 'ham'"))
 * // { type: 'object', properties: { label: { type: 'string', enum: ['spam', 'ham'] } }, required: ['label'], … }
 */
export const outputJsonSchema = ({ outputs }: Signature): JsonSchema => {
  const definitions = schemaDefinitions()
  return complete(
    objectSchema(outputs.map(field => [field.name, fieldSchema(field, definitions)] as const)),
    definitions,
  )
}

/** The JSON schema of one type. */
export const fieldJsonSchema = (type: FieldType): JsonSchema => {
  const definitions = schemaDefinitions()
  return complete(typeSchema(type, 'value', definitions), definitions)
}

const complete = (schema: JsonSchema, { all }: SchemaDefinitions): JsonSchema =>
  all.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(all) }

/** The definitions of schemas inside it go to `definitions`; `name` is of the field whose type it is. */
const typeSchema = (type: FieldType, name: string, definitions: SchemaDefinitions): JsonSchema => {
  const schemaOf = (part: FieldType): JsonSchema => typeSchema(part, name, definitions)
  switch (type.kind) {
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return { type: type.kind }
    case 'bytes':
      return { type: 'string' }
    case 'json':
      return {}
    case 'literal':
      return enumSchema(type.values)
    case 'enum':
      return enumSchema(type.members.map(member => member.value))
    case 'list':
      return { type: 'array', items: schemaOf(type.items) }
    case 'set':
      return { type: 'array', items: schemaOf(type.items), uniqueItems: true }
    case 'tuple':
      return tupleSchema(type, schemaOf)
    case 'record':
      return { type: 'object', additionalProperties: schemaOf(type.values) }
    case 'union':
      return { anyOf: type.members.map(schemaOf) }
    case 'object':
      return objectSchema(type.properties.map(property => [property.name, propertySchema(property, schemaOf)] as const))
    case 'schema':
      return definitions.embed(type.jsonSchema, name)
    case 'special':
      return specialSchema(specialName(type))
  }
}

const fieldSchema = (field: Field, definitions: SchemaDefinitions): JsonSchema => {
  const schema = limited(typeSchema(field.type, field.name, definitions), field.constraints)
  return described(
    field.optional ? nullable(schema) : schema,
    field.description === defaultDescription(field.name) ? undefined : field.description,
  )
}

type SchemaOf = (type: FieldType) => JsonSchema

const propertySchema = (
  { type, optional, description, constraints }: ObjectProperty,
  schemaOf: SchemaOf,
): JsonSchema => {
  const schema = limited(schemaOf(type), constraints)
  return described(optional ? nullable(schema) : schema, description)
}

const objectSchema = (properties: readonly (readonly [string, JsonSchema])[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(properties),
  required: properties.map(([name]) => name),
  additionalProperties: false,
})

const enumSchema = (values: readonly LiteralValue[]): JsonSchema => {
  const kinds = [...new Set(values.map(value => (value === null ? 'null' : typeof value)))]
  const [only] = kinds
  return kinds.length === 1 && only !== undefined ? { type: only, enum: values } : { enum: values }
}

const tupleSchema = ({ items, rest }: Extract<FieldType, { kind: 'tuple' }>, schemaOf: SchemaOf): JsonSchema => {
  if (items.length === 0 && rest !== undefined) return { type: 'array', items: schemaOf(rest) }
  return {
    type: 'array',
    prefixItems: items.map(schemaOf),
    minItems: items.length,
    items: rest === undefined ? false : schemaOf(rest),
  }
}

const nullable = (schema: JsonSchema): JsonSchema => {
  if (acceptsNull(schema)) return schema
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] }
  return { anyOf: [schema, { type: 'null' }] }
}

const acceptsNull = (schema: JsonSchema): boolean =>
  Object.keys(schema).length === 0 ||
  schema.type === 'null' ||
  (Array.isArray(schema.enum) && schema.enum.includes(null)) ||
  (Array.isArray(schema.anyOf) && schema.anyOf.some(member => acceptsNull(member as JsonObject)))

const limited = (schema: JsonSchema, constraints: FieldConstraints | undefined): JsonSchema => {
  if (constraints === undefined) return schema
  if (Array.isArray(schema.anyOf)) {
    return { ...schema, anyOf: schema.anyOf.map(member => limited(member as JsonObject, constraints)) }
  }
  const { minLength, maxLength, pattern, ...bounds } = constraints
  switch (schema.type) {
    case 'integer':
    case 'number':
      return { ...schema, ...bounds }
    case 'string':
      return { ...schema, ...given({ minLength, maxLength, pattern: pattern?.source }) }
    case 'array':
      return { ...schema, ...given({ minItems: minLength, maxItems: maxLength }) }
    default:
      return schema
  }
}

const given = (limits: Readonly<Record<string, number | string | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(limits).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))

const described = (schema: JsonSchema, description: string | undefined): JsonSchema =>
  description === undefined || description === '' ? schema : { ...schema, description }
