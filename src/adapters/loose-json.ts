import { jsonrepair } from 'jsonrepair'
import type { JsonValue } from '../data/json.ts'
import { maxJsonDepth, parseJson } from '../data/safe-json.ts'

/**
 * What a repair may cost: its length times its marks, for the repair may copy all it has at each of them. Enough for 14,000
 * characters of dense JSON or 30,000 of prose in it, and at the very worst some tens of milliseconds.
 */
const mostWork = 5e7

/**
 * Reads JSON that a model wrote: fenced, Python-spelled, with comments, unquoted, unclosed, or with words around it.
 * Undefined when there is nothing to be made of it.
 *
 * @throws DataError `data/unsafe` for keys that could reach a prototype
 */
export const looseJson = (text: string): { readonly value: JsonValue } | undefined => {
  const bare = withoutFence(text.trim())
  const strict = tryJson(bare)
  if (strict !== undefined) return strict
  if (bare === '' || nesting(bare) > maxJsonDepth) return undefined
  const tuple = bare.startsWith('(') && bare.endsWith(')') ? tryJson(`[${bare.slice(1, -1)}]`) : undefined
  if (tuple !== undefined) return tuple
  const start = bare.search(/[{[]/)
  if (start < 0) return bare.includes(',') ? tryJson(`[${bare}]`) : undefined
  const end = Math.max(bare.lastIndexOf('}'), bare.lastIndexOf(']'))
  return (
    tryRepair(bare.slice(start, end > start && end === bare.length - 1 ? end + 1 : undefined)) ??
    tryRepair(bare.slice(start, end + 1))
  )
}

/** JSON as it stands, or undefined. */
export const tryJson = (text: string): { readonly value: JsonValue } | undefined => {
  try {
    return { value: parseJson(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** JSON after repair, or undefined. */
export const tryRepair = (text: string): { readonly value: JsonValue } | undefined => {
  if (text === '' || text.length * marks(text) > mostWork || nesting(text) > maxJsonDepth) return undefined
  let repaired: string
  try {
    repaired = jsonrepair(text)
  } catch {
    return undefined // beyond repair is an answer here, not an error
  }
  return tryJson(repaired)
}

/** The text inside a code fence that surrounds it, else the text itself. */
export const withoutFence = (text: string): string => {
  if (!text.startsWith('```') || !text.endsWith('```') || text.length < 7) return text
  const firstLine = text.indexOf('\n')
  return firstLine < 0 ? text.slice(3, -3).trim() : text.slice(firstLine + 1, -3).trim()
}

/** The deepest nesting of brackets, whatever they belong to: what a recursive reader would have to follow. */
const nesting = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if ((code === 93 || code === 125) && depth > 0) depth -= 1
  }
  return deepest
}

/** How many characters may begin or end something: line breaks, quotes of every kind, other punctuation. */
const marks = (text: string): number => {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 48 ? code !== 32 : code < 128 ? !isWordCharacter(code) : isPunctuation(code)) count += 1
  }
  return count
}

const isWordCharacter = (code: number): boolean =>
  code <= 57 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)

/** The acute accent, which passes for a quote, and Unicode's block of general punctuation. */
const isPunctuation = (code: number): boolean => code === 0xb4 || (code >= 0x2000 && code <= 0x206f)
