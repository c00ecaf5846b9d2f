import { SignatureError } from '../errors/signature-error.ts'
import type { FieldType, LiteralValue } from './field-type.ts'
import { type Generic, genericTypes, namedTypes } from './named-types.ts'
import { nearestName } from './nearest-name.ts'
import { excerpt } from './parse-error.ts'
import { specialTypes } from './special-types.ts'
import type { Token } from './token.ts'
import type { TokenReader } from './token-reader.ts'
import { unionOf } from './union-of.ts'

/** Types nested deeper than this are refused before they can exhaust the stack. */
const maxDepth = 32

/** Reads one type, up to what cannot belong to it. The grammar stands in parse.ts. */
export const parseTypeFrom = (reader: TokenReader, depth = 0): FieldType => {
  if (depth > maxDepth) throw reader.error(`at most ${maxDepth} nested types`, 'Flatten the type.')
  const members = [parseMember(reader, depth)]
  while (reader.accept('|')) members.push(parseMember(reader, depth))
  return unionOf(members)
}

const parseMember = (reader: TokenReader, depth: number): FieldType => {
  let type = parsePrimary(reader, depth)
  let nesting = depth
  while (reader.accept('[')) {
    reader.expect(']', "Write 'string[]' or 'list[string]'.")
    nesting += 1
    if (nesting > maxDepth) throw reader.error(`at most ${maxDepth} nested types`, 'Flatten the type.')
    type = { kind: 'list', items: type }
  }
  return type
}

const parsePrimary = (reader: TokenReader, depth: number): FieldType => {
  if (reader.accept('(')) {
    const type = parseTypeFrom(reader, depth + 1)
    reader.expect(')', 'Close the group.')
    return type
  }
  if (reader.accept('[')) return parseTuple(reader, depth, ']')
  const token = reader.peek()
  if (token.kind === 'string' || token.kind === 'number') return { kind: 'literal', values: [literalOf(reader)] }
  if (token.kind !== 'name') throw reader.error('a type', "Write 'string', 'int[]' or a quoted literal.")
  const word = booleans.get(token.text)
  if (word !== undefined) {
    reader.take()
    return { kind: 'literal', values: [word] }
  }
  return parseNamed(reader, depth)
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
])

const parseNamed = (reader: TokenReader, depth: number): FieldType => {
  let token = reader.take()
  if (token.text === 'dspy' && reader.accept('.')) return parseSpecial(reader, token, reader.take().text)
  if (specialTypes.has(token.text)) return parseSpecial(reader, token, token.text)
  if (token.text === 'typing' && reader.accept('.')) token = reader.take()
  const generic = genericTypes.get(token.text)
  const close = generic === undefined ? undefined : openBracket(reader)
  if (generic !== undefined && close !== undefined) return parseGeneric(generic, reader, depth, close)
  const type = namedTypes.get(token.text)
  if (type !== undefined) return type
  if (generic !== undefined) throw reader.error("'['", `Write '${token.text}[string]'.`)
  throw unknownType(token.text, reader.source, token.offset)
}

/** Takes the bracket that opens the arguments of a generic; `[]` is none but makes a list. */
const openBracket = (reader: TokenReader): ']' | '>' | undefined => {
  if (reader.accept('<')) return '>'
  return reader.at('[') && !reader.isBefore(']') && reader.accept('[') ? ']' : undefined
}

const parseGeneric = (generic: Generic, reader: TokenReader, depth: number, close: ']' | '>'): FieldType => {
  if (generic === 'tuple') return parseTuple(reader, depth, close)
  const type = genericOf(generic, reader, depth + 1)
  reader.accept(',')
  reader.expect(close, `Close with '${close}'; see that the type takes as many arguments.`)
  return type
}

const genericOf = (generic: Exclude<Generic, 'tuple'>, reader: TokenReader, depth: number): FieldType => {
  switch (generic) {
    case 'literal':
      return literals(reader)
    case 'list':
    case 'set':
      return { kind: generic, items: parseTypeFrom(reader, depth) }
    case 'record':
      return recordOf(reader, depth)
    case 'optional':
      return unionOf([parseTypeFrom(reader, depth), { kind: 'null' }])
    case 'union': {
      const members = [parseTypeFrom(reader, depth)]
      while (!reader.isBefore(']') && reader.accept(',')) members.push(parseTypeFrom(reader, depth))
      return unionOf(members)
    }
    case 'annotated': {
      const type = parseTypeFrom(reader, depth)
      while (reader.accept(',')) literalOf(reader)
      return type
    }
  }
}

const recordOf = (reader: TokenReader, depth: number): FieldType => {
  const { offset } = reader.peek()
  const key = parseTypeFrom(reader, depth)
  if (!keyKinds.has(key.kind)) {
    throw reader.errorAt(offset, 'a key type that JSON can hold', "Write 'dict[str, …]'.")
  }
  reader.expect(',', "Write the type of the values, as in 'dict[str, float]'.")
  return { kind: 'record', values: parseTypeFrom(reader, depth) }
}

const keyKinds: ReadonlySet<FieldType['kind']> = new Set(['string', 'integer', 'number', 'boolean', 'literal', 'json'])

const parseTuple = (reader: TokenReader, depth: number, close: ']' | '>'): FieldType => {
  const items: FieldType[] = []
  while (!reader.accept(close)) {
    if (items.length > 0) reader.expect(',', `Write a comma between types, and '${close}' at the end.`)
    if (reader.accept(close)) break
    const rest = items.at(-1)
    if (rest !== undefined && reader.accept('...')) {
      reader.expect(close, `Write '...' last.`)
      return { kind: 'tuple', items: items.slice(0, -1), rest }
    }
    items.push(parseTypeFrom(reader, depth + 1))
  }
  return { kind: 'tuple', items }
}

const parseSpecial = (reader: TokenReader, first: Token, name: string): FieldType => {
  if (!specialTypes.has(name)) throw unknownType(`dspy.${name}`, reader.source, first.offset)
  const close = openBracket(reader)
  if (close === undefined) return { kind: 'special', name }
  const parameter = reader.take()
  if (parameter.kind !== 'string' && parameter.kind !== 'name') {
    throw reader.errorAt(parameter.offset, 'a quoted parameter', `Write 'Code["python"]'.`)
  }
  reader.expect(close, `Close with '${close}'.`)
  return { kind: 'special', name, parameter: parameter.text }
}

const literals = (reader: TokenReader): FieldType => {
  const values = [literalOf(reader)]
  while (reader.accept(',')) {
    if (reader.at(']') || reader.at('>')) break
    values.push(literalOf(reader))
  }
  return { kind: 'literal', values: [...new Set(values)] }
}

/** Reads one literal value. */
export const literalOf = (reader: TokenReader): LiteralValue => {
  const token = reader.peek()
  const value = literalValue(token)
  if (value === undefined) throw reader.error('a literal', 'Write a quoted string, a number, true, false or null.')
  reader.take()
  return value
}

const literalValue = ({ kind, text }: Token): LiteralValue | undefined => {
  if (kind === 'string') return text
  if (kind === 'number') return Number(text)
  if (kind !== 'name') return undefined
  return text === 'null' || text === 'None' ? null : booleans.get(text)
}

const unknownType = (name: string, source: string, offset: number): SignatureError => {
  const known = [...namedTypes.keys(), ...genericTypes.keys(), ...specialTypes.keys()]
  const nearest = nearestName(name.startsWith('dspy.') ? name.slice(5) : name, known)
  const remedy =
    nearest === undefined ? "Write 'string', 'int', 'float', 'bool' or 'json', or pass a schema" : `Write '${nearest}'`
  return new SignatureError(
    'signature/unknown-type',
    `Expected a field type in signature ${excerpt(source)}, got '${name}' (offset ${offset}). ${remedy}.`,
    { source, offset, expected: 'a field type' },
  )
}
