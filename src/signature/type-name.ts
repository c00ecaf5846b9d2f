import type { FieldType } from './field-type.ts'
import { specialShown } from './special-types.ts'

/** A field type as the model reads it: TypeScript's spelling, on one line. */
export const typeName = (type: FieldType): string => {
  switch (type.kind) {
    case 'literal':
      return type.values.map(literal).join(' | ')
    case 'enum':
      return type.members.map(member => literal(member.value)).join(' | ')
    case 'list':
    case 'set':
      return `${grouped(type.items)}[]${type.kind === 'set' ? ' without repeats' : ''}`
    case 'tuple':
      return `[${[...type.items.map(typeName), ...(type.rest ? [`...${grouped(type.rest)}[]`] : [])].join(', ')}]`
    case 'record':
      return `{ [key: string]: ${typeName(type.values)} }`
    case 'union':
      return type.members.map(typeName).join(' | ')
    case 'object':
      return `{ ${type.properties.map(property => `${property.name}${property.optional ? '?' : ''}: ${typeName(property.type)}`).join(', ')} }`
    case 'schema':
      return `JSON that follows ${JSON.stringify(type.jsonSchema)}`
    case 'special':
      return specialShown(type)
    default:
      return type.kind
  }
}

const literal = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value)

const grouped = (type: FieldType): string =>
  type.kind === 'union' || type.kind === 'literal' || type.kind === 'enum' ? `(${typeName(type)})` : typeName(type)
