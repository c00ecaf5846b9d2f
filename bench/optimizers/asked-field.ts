import type { PromptRead } from './prompt-reading.ts'

/** What a field asks for, told by its name and its type. */
export type AskedKind = 'text' | 'brief' | 'short' | 'list' | 'variants' | 'dictionary' | 'truth' | 'number'

export const askedKind = ({ system, last, shape }: PromptRead, field: string): AskedKind => {
  const type = typeOf(`${system}\n${last}`, field, shape === 'object')
  if (/dict|record|\{|object|mapping/i.test(type)) return 'dictionary'
  if (/list|array|\[\]/i.test(type))
    return /instruction|prompt|candidate|variant|proposal|version/i.test(field) ? 'variants' : 'list'
  if (/bool/i.test(type)) return 'truth'
  if (/\b(?:int|integer|float|number)\b/i.test(type)) return 'number'
  if (/summar|descri|overview/i.test(field)) return 'brief'
  return /prefix|title|name\b/i.test(field) ? 'short' : 'text'
}

/** Fields in which a model thinks aloud before it commits itself. */
export const isReasoning = (field: string): boolean =>
  /reason|rationale|think|thought|discuss|analys|diagnos/i.test(field)

/** The type that stands in parentheses behind the name of a field. */
const typeOf = (text: string, field: string, loosely: boolean): string => {
  const typed = new RegExp(`(?:^|[\\s\`'"-])${field}[\`'"]?:? ?\\(([^()\\n]*)\\)`, 'm').exec(text)
  if (typed) return typed[1] ?? ''
  if (!loosely) return ''
  return new RegExp(`"${field}"\\s*:\\s*(\\[|\\{)`).exec(text)?.[1] === '[' ? 'list' : ''
}

/** The names that a dictionary should have as keys: a list of plain names among the inputs. */
export const dictionaryKeys = ({ last }: PromptRead): readonly string[] => {
  for (const [text] of last.matchAll(/\[[^[\]{}]*\]/g)) {
    const names = namesIn(text)
    if (names.length > 0) return names
  }
  return ['predict']
}

const namesIn = (text: string): readonly string[] => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every(name => typeof name === 'string' && /^[\w.[\]'-]+$/.test(name))
      ? value
      : []
  } catch {
    return []
  }
}
