import type { Field } from './field.ts'
import type { FieldType, LiteralValue } from './field-type.ts'
import { parseFields } from './parse.ts'
import type { Signature } from './signature.ts'
import { specialTypes } from './special-types.ts'

/**
 * The signature as a string that parses back to fields of the same names, types, order, optionality and defaults.
 *
 * Undefined where the grammar cannot say it all: schemas, object types, enums, limits, defaults that are no literals.
 * Instructions, descriptions and labels are never part of the string.
 *
 * @example
 * signatureText(signature('mood: Literal["a", "b"] -> n: Optional[int]')) // "mood: 'a' | 'b' -> n: int | null"
 */
export const signatureText = ({ inputs, outputs }: Signature): string | undefined => {
  const sides = [inputs, outputs].map(fields => fields.map(fieldText))
  if (sides.flat().includes(undefined)) return undefined
  const text = sides.map(fields => fields.join(', ')).join(' -> ')
  // A type made by hand may have a shape that its text would not give back.
  const parsed = parseFields(text)
  return sameFields(parsed.inputs, inputs) && sameFields(parsed.outputs, outputs) ? text : undefined
}

type Described = Pick<Field, 'name' | 'type' | 'optional' | 'default'>

const sameFields = (left: readonly Described[], right: readonly Described[]): boolean =>
  JSON.stringify(left.map(essence)) === JSON.stringify(right.map(essence))

const essence = ({ name, type, optional, default: absent }: Described): unknown => [name, type, optional, absent]

const fieldText = ({ name, type, optional, default: absent, constraints }: Field): string | undefined => {
  const typed = typeText(type)
  const value = absent === undefined ? '' : defaultText(absent)
  if (typed === undefined || value === undefined || constraints !== undefined) return undefined
  return `${name}${optional ? '?' : ''}${type.kind === 'string' ? '' : `: ${typed}`}${value}`
}

const defaultText = (value: unknown): string | undefined => {
  const text = isLiteral(value) ? literalText(value) : undefined
  return text === undefined ? undefined : ` = ${text}`
}

const isLiteral = (value: unknown): value is LiteralValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** The type as the grammar spells it. */
const typeText = (type: FieldType): string | undefined => {
  switch (type.kind) {
    case 'integer':
      return 'int'
    case 'literal':
      return literalsText(type.values)
    case 'list': {
      const items = typeText(type.items)
      return items && (/[|=]/.test(items) ? `(${items})[]` : `${items}[]`)
    }
    case 'set':
      return around('set[', [type.items])
    case 'record':
      return around('dict[string, ', [type.values])
    case 'union':
      return joined(type.members, ' | ')
    case 'tuple':
      if (type.rest === undefined) return around('[', type.items)
      return around('tuple[', [...type.items, type.rest], ', ...]')
    case 'special':
      if (!specialTypes.has(type.name)) return undefined
      return `dspy.${type.name}${type.parameter === undefined ? '' : `[${literalText(type.parameter)}]`}`
    case 'object':
    case 'enum':
    case 'schema':
      return undefined
    default:
      return type.kind
  }
}

const around = (open: string, types: readonly FieldType[], close = ']'): string | undefined => {
  const text = joined(types, ', ')
  return text === undefined ? undefined : `${open}${text}${close}`
}

const joined = (types: readonly FieldType[], separator: string): string | undefined => {
  const texts = types.map(typeText)
  return texts.includes(undefined) ? undefined : texts.join(separator)
}

const literalsText = (values: readonly LiteralValue[]): string | undefined => {
  const texts = values.map(literalText)
  if (texts.includes(undefined)) return undefined
  // Outside of Literal[…], null is a type of its own.
  return values.includes(null) ? `Literal[${texts.join(', ')}]` : texts.join(' | ')
}

const literalText = (value: LiteralValue): string | undefined => {
  if (typeof value === 'string') return `'${value.replaceAll(/['\\\n\r\t]/g, unit => escapes.get(unit) ?? unit)}'`
  const text = String(value)
  return typeof value !== 'number' || /^-?\d+(?:\.\d+)?$/.test(text) ? text : undefined
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["'", "\\'"],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])
