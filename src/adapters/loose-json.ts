import { jsonrepair } from 'jsonrepair'
import type { JsonValue } from '../data/json.ts'
import { maxJsonDepth, parseJson } from '../data/safe-json.ts'

/** Repairing longer texts than this is not worth the time it takes. */
const longestRepair = 1_000_000

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
  if (text === '' || text.length > longestRepair || nesting(text) > maxJsonDepth) return undefined
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
