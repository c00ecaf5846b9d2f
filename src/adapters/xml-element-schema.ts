import type { JsonSchema } from '../data/json.ts'
import type { Field } from '../signature/field.ts'
import type { FieldConstraints } from '../signature/field-constraints.ts'
import type { FieldType } from '../signature/field-type.ts'
import { outputJsonSchema } from '../signature/json-schema.ts'
import { grammarSchema } from './grammar-schema.ts'

/**
 * What the elements of a type may hold, as a JSON schema whose `required` means that an element may not be left out; a schema
 * that a field was given stands in it as `{ $root }`, for its references lead into itself. Undefined where grammars do not
 * follow it.
 */
export const elementSchema = (type: FieldType, constraints?: FieldConstraints): JsonSchema | undefined => {
  switch (type.kind) {
    case 'schema':
      return constraints === undefined && grammarSchema(type.jsonSchema) !== undefined
        ? { $root: type.jsonSchema }
        : undefined
    case 'union': {
      const members = all(type.members.map(member => elementSchema(member, constraints)))
      return members && { anyOf: members }
    }
    case 'list':
    case 'set': {
      const items = elementSchema(type.items)
      const { minLength = 0 } = constraints ?? {}
      // A set counts its items once each.
      return items && (type.kind === 'list' || minLength < 2) ? { ...plain(type, constraints), items } : undefined
    }
    case 'tuple': {
      const prefixItems = all(type.items.map(item => elementSchema(item)))
      const items = type.rest === undefined ? false : elementSchema(type.rest)
      return prefixItems && items !== undefined ? { ...plain(type, constraints), prefixItems, items } : undefined
    }
    case 'record': {
      const additionalProperties = elementSchema(type.values)
      return additionalProperties && { type: 'object', additionalProperties }
    }
    case 'object': {
      const parts = all(type.properties.map(property => elementSchema(property.type, property.constraints)))
      if (parts === undefined) return undefined
      const properties = Object.fromEntries(type.properties.map(({ name }, index) => [name, parts[index] ?? {}]))
      const required = type.properties.filter(property => !property.optional && property.default === undefined)
      return { type: 'object', properties, required: required.map(({ name }) => name) }
    }
    default:
      return plain(type, constraints)
  }
}

const all = (schemas: readonly (JsonSchema | undefined)[]): readonly JsonSchema[] | undefined =>
  schemas.every(schema => schema !== undefined) ? schemas : undefined

/** The schema of the value itself, with the limits of its field. */
const plain = (type: FieldType, constraints: FieldConstraints | undefined): JsonSchema => {
  const field: Field = {
    ...{ name: 'value', role: 'output', type, optional: false, description: '', prefix: '' },
    ...(constraints && { constraints }),
  }
  const { properties } = outputJsonSchema({ instructions: '', inputs: [], outputs: [field] })
  return (properties as { readonly value: JsonSchema }).value
}
