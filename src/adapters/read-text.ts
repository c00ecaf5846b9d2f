import type { FieldType } from '../signature/field-type.ts'
import { coerce } from './coerce.ts'
import { isTextual } from './coerce-special.ts'
import { type Coerced, expected, isProblem } from './coerced.ts'
import { looseJson, withoutFence } from './loose-json.ts'
import { validate } from './validate.ts'

/** Fits the text of a field to its type: text stays text, everything else is read leniently. */
export const readText = (type: FieldType, text: string): Coerced => {
  switch (type.kind) {
    case 'string':
    case 'bytes':
    case 'literal':
    case 'enum':
      return coerce(type, text)
    case 'special':
      return readSpecialText(type, text)
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return coerce(type, unquoted(withoutFence(text.trim())))
    case 'union':
      return readUnion(type.members, text) ?? expected(type)
    case 'json':
      return looseJson(text) ?? { value: text }
    case 'schema':
      return readSchema(type, text)
    default: {
      const json = looseJson(text)
      return json === undefined ? { problem: `${problemOf(expected(type))} as JSON` } : coerce(type, json.value)
    }
  }
}

/** Text that is the value, JSON of it, or the bare text of an address or a document. */
const readSpecialText = (type: FieldType, text: string): Coerced => {
  if (isTextual(type)) return coerce(type, text)
  const start = text.trimStart().charAt(0)
  const json = start === '{' || start === '[' || start === '`' || start === '"' ? looseJson(text) : undefined
  const read = json === undefined ? undefined : coerce(type, json.value)
  return read === undefined || isProblem(read) ? coerce(type, text.trim()) : read
}

/** Text goes last, so that `int | str` reads a number as one; with nothing but null beside it, text stays text. */
const readUnion = (members: readonly FieldType[], text: string): Coerced | undefined => {
  const isText = (type: FieldType): boolean => type.kind === 'string'
  const others = members.filter(type => !isText(type))
  const order =
    others.every(type => type.kind === 'null') && others.length < members.length
      ? members.filter(isText)
      : [...others, ...members.filter(isText)]
  for (const member of order) {
    const read = readText(member, text)
    if (!isProblem(read)) return read
  }
  return undefined
}

const readSchema = (type: Extract<FieldType, { readonly kind: 'schema' }>, text: string): Coerced => {
  const asText = validate(type, text)
  if (!isProblem(asText) && (type.jsonSchema.type === 'string' || 'enum' in type.jsonSchema)) return asText
  const json = looseJson(text) ?? looseJson(unquoted(text.trim()))
  const asJson = json === undefined ? undefined : validate(type, json.value)
  if (asJson !== undefined && !isProblem(asJson)) return asJson
  return isProblem(asText) ? (asJson ?? asText) : asText
}

const unquoted = (text: string): string => {
  const quote = text.charAt(0)
  return text.length > 1 && (quote === '"' || quote === "'" || quote === '`') && text.endsWith(quote)
    ? text.slice(1, -1)
    : text
}

const problemOf = (coerced: Coerced): string => (isProblem(coerced) ? coerced.problem : '')
