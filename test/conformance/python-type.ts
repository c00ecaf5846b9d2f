import type { FieldType, LiteralValue } from '../../src/signature/field-type.ts'

/** A field type as DSPy names it to a model. */
export const pythonType = (type: FieldType): string => {
  switch (type.kind) {
    case 'string':
      return 'str'
    case 'integer':
      return 'int'
    case 'number':
      return 'float'
    case 'boolean':
      return 'bool'
    case 'null':
      return 'NoneType'
    case 'json':
      return 'Any'
    case 'bytes':
      return 'bytes'
    case 'literal':
      return `Literal[${type.values.map(pythonLiteral).join(', ')}]`
    case 'list':
    case 'set':
      return `${type.kind}[${pythonType(type.items)}]`
    case 'record':
      return `dict[str, ${pythonType(type.values)}]`
    case 'tuple':
      return `tuple[${[...type.items, ...(type.rest ? [type.rest] : [])].map(pythonType).join(', ')}${type.rest ? ', Ellipsis' : ''}]`
    case 'union':
      return `Union[${type.members.map(pythonType).join(', ')}]`
    case 'special':
      return type.parameter === undefined ? type.name : `${type.name}_('${type.parameter}',)`
    default:
      return type.kind
  }
}

/** A bare `list` or `dict` holds anything, so both ways to say that are one. */
export const withArguments = (name: string): string => bare.get(name) ?? name

const bare: ReadonlyMap<string, string> = new Map([
  ['list', 'list[Any]'],
  ['set', 'set[Any]'],
  ['dict', 'dict[str, Any]'],
  ['tuple', 'tuple[Any, Ellipsis]'],
])

const pythonLiteral = (value: LiteralValue): string => {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replaceAll("'", "\\'")}'`
}
