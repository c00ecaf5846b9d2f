/*
 * The grammar of signature strings (ABNF, RFC 5234). Blanks and line breaks may stand between any two tokens.
 * The types in infer.ts follow it production by production; the tables in named-types.ts hold the names.
 *
 *   signature   = [ fields ] "->" [ fields ]
 *   fields      = field *( "," field ) [ "," ]
 *   field       = name [ "?" ] [ ":" type ] [ "=" literal ]     ; "?" optional, "=" what an absent field reads as
 *   type        = member *( "|" member )
 *   member      = primary *( "[" "]" )                          ; T[] is a list
 *   primary     = literal / "(" type ")" / "[" types "]" / generic / type-name
 *   types       = type *( "," type ) [ "," ] [ "..." ]
 *   generic     = ( "list" / "Array" / "set" ) open type close
 *               / ( "dict" / "Record" ) open type "," type close ; keys are strings in JSON, whatever is written
 *               / "tuple" open type *( "," type ) [ "," "..." ] close
 *               / "Optional" open type close                    ; T | null
 *               / "Union" open type *( "," type ) close
 *               / "Literal" open literal *( "," literal ) close
 *               / "Annotated" open type *( "," literal ) close  ; T, its annotations have no meaning here
 *               / "dspy." name [ open literal close ]           ; images, audio and the like
 *   open        = "[" / "<"
 *   close       = "]" / ">"                                     ; the one that fits
 *   literal     = string / number / "true" / "True" / "false" / "False" / "null" / "None"
 *   string      = "'" *char "'" / DQUOTE *char DQUOTE           ; \n \t \r \\ \' \" are escapes
 *   number      = [ "-" ] 1*DIGIT [ "." 1*DIGIT ]
 *   name        = ( letter / "_" / "$" ) *( letter / digit / mark / "_" / "$" )
 */

import { isSafeKey } from '../data/safe-json.ts'
import { SignatureError } from '../errors/signature-error.ts'
import type { FieldType } from './field-type.ts'
import { excerpt } from './parse-error.ts'
import { literalOf, parseTypeFrom } from './parse-type.ts'
import { readTokens, type TokenReader } from './token-reader.ts'

/** A field as the string says it. */
export interface ParsedField {
  readonly name: string
  readonly type: FieldType
  readonly optional: boolean
  readonly default?: unknown
}

export interface ParsedSignature {
  readonly inputs: readonly ParsedField[]
  readonly outputs: readonly ParsedField[]
}

/**
 * Reads a signature string, in linear time.
 *
 * Differs from DSPy 3.4.1: a name used twice is refused also within one side, a quoted type is a literal, and `None`
 * means null instead of text.
 *
 * @throws SignatureError `signature/parse`, `signature/unknown-type` or `signature/duplicate-field`
 * @example
 * parseFields("context: list[str], question -> answer, mood?: 'calm' | 'tense'")
 */
export const parseFields = (source: string): ParsedSignature => {
  const reader = readTokens(source)
  const names = new Set<string>()
  const inputs = parseSide(reader, names, '->')
  reader.expect('->', arrowRemedy)
  const outputs = parseSide(reader, names, 'end')
  if (reader.at('->')) throw reader.error("only one '->'", 'Write all inputs before it and all outputs after it.')
  if (reader.peek().kind !== 'end') throw reader.error("',' or the end", 'Write a comma between fields.')
  return { inputs, outputs }
}

/**
 * Reads the type of one field, as it stands behind the colon in a signature string.
 *
 * @throws SignatureError `signature/parse` or `signature/unknown-type`
 */
export const parseType = (source: string): FieldType => {
  const reader = readTokens(source)
  const type = parseTypeFrom(reader)
  if (reader.peek().kind !== 'end') throw reader.error('the end of the type', "Write one type, such as 'string[]'.")
  return type
}

const arrowRemedy = "Write 'question -> answer'."

const parseSide = (reader: TokenReader, names: Set<string>, close: '->' | 'end'): ParsedField[] => {
  const fields: ParsedField[] = []
  while (!isClosed(reader, close)) {
    fields.push(parseField(reader, names))
    if (isClosed(reader, close)) break
    if (close === '->' && reader.peek().kind !== 'sign') throw reader.error("',' or '->'", arrowRemedy)
    if (!reader.accept(',')) break
  }
  return fields
}

const isClosed = (reader: TokenReader, close: '->' | 'end'): boolean =>
  close === '->' ? reader.at('->') : reader.peek().kind === 'end'

const parseField = (reader: TokenReader, names: Set<string>): ParsedField => {
  const token = reader.peek()
  if (token.kind !== 'name') throw reader.error('the name of a field', arrowRemedy)
  if (!isSafeKey(token.text)) throw reader.error('a field name that is safe as a key', `Rename '${token.text}'.`)
  if (names.has(token.text)) throw duplicateField(token.text, reader.source, token.offset)
  names.add(reader.take().text)
  const optional = reader.accept('?')
  const type = reader.accept(':') ? parseTypeFrom(reader) : text
  const field = { name: token.text, type, optional }
  return reader.accept('=') ? { ...field, default: literalOf(reader) } : field
}

const text: FieldType = { kind: 'string' }

/** The error for a name that two fields have. */
export const duplicateField = (name: string, source: string, offset: number): SignatureError =>
  new SignatureError(
    'signature/duplicate-field',
    `Expected every field once in signature ${excerpt(source)}, got '${name}' twice (offset ${offset}). Rename one of them.`,
    { source, offset, expected: 'a name that no other field has' },
  )
