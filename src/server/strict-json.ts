import type { JsonValue } from '../data/json.ts'
import { parseJson } from '../data/safe-json.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { refusal } from './refusal.ts'

/** Levels a body may be nested. */
const maxDepth = 100

/**
 * The value of a request's body: JSON as two readers read it alike (I-JSON, RFC 7493).
 *
 * Refused with 400, in time linear in its length: what is no JSON, a name twice in one object, half a surrogate pair,
 * NUL, keys that reach a prototype, more than 100 levels.
 */
export const strictJson = (text: string): JsonValue => {
  // Before it is parsed, which takes long for what is nested deep.
  if (isTooDeep(text)) throw unusable(`It is nested deeper than ${maxDepth} levels.`)
  let value: JsonValue
  try {
    value = parseJson(text)
  } catch (error) {
    // The parser's own message would quote the body.
    throw unusable(KkachiError.is(error) ? error.message : 'It is no JSON.')
  }
  const problem = problemOf(text)
  if (problem !== undefined) throw unusable(problem)
  return value
}

const unusable = (problem: string) => refusal(400, 'request/json', `The body cannot be used. ${problem}`)

const isTooDeep = (text: string): boolean => {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
    if (depth > maxDepth) return true
  }
  return false
}

/** What is wrong with a text that is JSON. */
const problemOf = (text: string): string | undefined => {
  /** The names of every open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = []
  let awaitsName = false
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
        open.push(new Set())
        awaitsName = true
        break
      case '[':
        open.push(undefined)
        awaitsName = false
        break
      case '}':
      case ']':
        open.pop()
        awaitsName = false
        break
      case ',':
        awaitsName = open.at(-1) !== undefined
        break
      case '"': {
        const end = endOfString(text, at)
        const string: string = JSON.parse(text.slice(at, end + 1))
        if (/\p{Surrogate}/u.test(string)) return 'A text has half a surrogate pair.'
        if (string.includes('\0')) return 'A text has the character NUL.'
        const names = open.at(-1)
        if (awaitsName && names !== undefined) {
          if (names.has(string)) return 'An object has a name twice.'
          names.add(string)
          awaitsName = false
        }
        at = end
      }
    }
  }
  return undefined
}

/** The index of the quotation mark that ends the string begun at `start`, or the text's end. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
