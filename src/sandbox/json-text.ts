import type { JsonValue } from '../data/json.ts'
import { parseJson } from '../data/safe-json.ts'

/** What a text that crosses may be at most. */
export interface JsonBounds {
  /** UTF-8. */
  readonly bytes: number
  readonly depth: number
}

/** How a text breaks its bounds, in words that follow "is"; undefined when it does not. */
export const beyondBounds = (text: string, { bytes, depth }: JsonBounds): string | undefined => {
  // A UTF-16 unit is at most three bytes: most texts need no count.
  if (text.length > bytes || (text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes)) {
    return `larger than ${bytes} bytes`
  }
  return depthOf(text) > depth ? `nested deeper than ${depth} levels` : undefined
}

/** The levels of arrays and objects in a JSON text, in one pass and without a stack. */
export const depthOf = (json: string): number => {
  let depth = 0
  let deepest = 0
  let inText = false
  for (let index = 0; index < json.length; index += 1) {
    const unit = json.charCodeAt(index)
    if (inText) {
      if (unit === backslash) index += 1
      else if (unit === quote) inText = false
    } else if (unit === quote) inText = true
    else if (unit === openBracket || unit === openBrace) {
      depth += 1
      deepest = Math.max(deepest, depth)
    } else if (unit === closeBracket || unit === closeBrace) depth -= 1
  }
  return deepest
}

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** Reads JSON that untrusted code wrote; undefined where it is none, or has keys that are refused. */
export const readJson = (text: string): JsonValue | undefined => {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
