/**
 * The line of a JSON list in which its first broken item begins, from 1: the engine's own message does not always say.
 * Only looked for when parsing has failed.
 */
export const brokenLine = (text: string): number => {
  const start = text.indexOf('[') + 1
  let depth = 0
  let inString = false
  let itemStart = start
  for (let at = start; at <= text.length; at += 1) {
    const character = text.charAt(at)
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
      continue
    }
    if (character === '"') inString = true
    else if (character === '{' || character === '[') depth += 1
    else if ((character === ',' && depth === 0) || at === text.length) {
      if (!isJson(text.slice(itemStart, at))) return lineAt(text, itemStart)
      itemStart = at + 1
    } else if (character === '}' || character === ']') depth -= 1
    if (depth < 0) return isJson(text.slice(itemStart, at)) ? lineAt(text, at) : lineAt(text, itemStart)
  }
  return lineAt(text, text.length)
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The line of the first character from `offset` on that is no blank. */
const lineAt = (text: string, offset: number): number => {
  const blanks = text.slice(offset).search(/\S/)
  return text.slice(0, offset + Math.max(blanks, 0)).split('\n').length
}
