import type { Citation } from '../data/document.ts'
import type { Example } from '../data/example.ts'
import { parseJson } from '../data/safe-json.ts'
import { codeIn } from './code-in.ts'
import { readAudio, readDocument, readFile, readImage } from './read-media.ts'
import { readTool, readToolCallResults, readToolCalls } from './read-tool-values.ts'
import { isRow, readAll, textIn } from './row.ts'

/**
 * The one form of a value of a special type, whatever form it came in: ours, DSPy's (as its files have it), or that of
 * a provider's message part. Undefined for what is no such value.
 *
 * Images are `{ url }`, audio is `{ data, format }`, files are `{ name?, data?, fileId? }`, documents `{ text, … }`;
 * calls, results, citations and a history are lists; code and reasoning are text.
 *
 * @throws DataError `data/unsafe` for JSON inside of it that could harm the reader
 */
export const readSpecial = (name: string, value: unknown): unknown => readers[name]?.(fromFile(value))

const readers: Readonly<Record<string, (value: unknown) => unknown>> = {
  Audio: readAudio,
  Citations: value => readCitations(value),
  Code: value => codeIn(typeof value === 'string' ? value : isRow(value) ? textIn(value, 'code') : undefined),
  Document: readDocument,
  File: readFile,
  History: value => readHistory(value),
  Image: readImage,
  Reasoning: value => (typeof value === 'string' ? value : isRow(value) ? textIn(value, 'content') : undefined),
  Tool: readTool,
  ToolCallResults: readToolCallResults,
  ToolCalls: readToolCalls,
}

const readHistory = (value: unknown): readonly Example[] | undefined =>
  readAll(isRow(value) ? value.messages : value, turn => (isRow(turn) ? turn : undefined))

const readCitations = (value: unknown): readonly Citation[] | undefined =>
  readAll(isRow(value) ? (value.citations ?? [value]) : value, readCitation)

const readCitation = (value: unknown): Citation | undefined => {
  if (!isRow(value)) return undefined
  const citedText = textIn(value, 'citedText', 'cited_text')
  const documentIndex = wholeIn(value.documentIndex ?? value.document_index)
  if (citedText === undefined || documentIndex === undefined) return undefined
  const documentTitle = textIn(value, 'documentTitle', 'document_title')
  const supportedText = textIn(value, 'supportedText', 'supported_text')
  const startCharIndex = wholeIn(value.startCharIndex ?? value.start_char_index)
  const endCharIndex = wholeIn(value.endCharIndex ?? value.end_char_index)
  return {
    citedText,
    documentIndex,
    ...(documentTitle !== undefined && { documentTitle }),
    ...(startCharIndex !== undefined && { startCharIndex }),
    ...(endCharIndex !== undefined && { endCharIndex }),
    ...(supportedText !== undefined && { supportedText }),
  }
}

/** A number from 0, also where a model or XML spelled it as text. */
const wholeIn = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

const opening = '<<CUSTOM-TYPE-START-IDENTIFIER>>'
const closing = '<<CUSTOM-TYPE-END-IDENTIFIER>>'

/** DSPy writes media into its files as the message parts they become, between marks. */
const fromFile = (value: unknown): unknown => {
  if (typeof value !== 'string' || !value.startsWith(opening) || !value.endsWith(closing)) return value
  try {
    const parts = parseJson(value.slice(opening.length, -closing.length))
    if (!Array.isArray(parts)) return value
    const [first] = parts
    return isRow(first) && textIn(first, 'cited_text') === undefined ? first : parts
  } catch (error) {
    if (error instanceof SyntaxError) return value
    throw error
  }
}
