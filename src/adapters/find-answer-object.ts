import type { JsonObject, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { looseJson, tryJson, tryRepair, withoutFence } from './loose-json.ts'

/**
 * The JSON object a model gave as its answer: the whole text, or the last object in it that has one of the fields.
 * What is broken is repaired. Undefined when there is none.
 *
 * @throws DataError `data/unsafe` for keys that could reach a prototype
 */
export const findAnswerObject = (text: string, names: readonly string[]): JsonObject | undefined => {
  const answer = withoutFence(withoutThought(text).trim())
  const whole = tryJson(answer)
  if (whole !== undefined) return isObject(whole.value) ? whole.value : undefined
  const isAnswer = (json: { readonly value: JsonValue } | undefined): json is { readonly value: JsonObject } =>
    json !== undefined && isObject(json.value) && names.some(name => Object.hasOwn(json.value as JsonObject, name))
  // What stands before so many other objects is no answer.
  const spans = objectSpans(answer).slice(-mostObjects)
  for (const [from, to] of spans.toReversed()) {
    const json = tryJson(answer.slice(from, to))
    if (isAnswer(json)) return json.value
  }
  const repaired = looseJson(answer)
  if (isAnswer(repaired)) return repaired.value
  // Words with braces of their own may stand before the answer: only the last two beginnings are worth a repair.
  for (const [from] of spans.slice(-2).toReversed()) {
    const json = tryRepair(answer.slice(from))
    if (isAnswer(json)) return json.value
  }
  return undefined
}

const mostObjects = 1_000

const withoutThought = (text: string): string => {
  const end = text.trimStart().startsWith('<think>') ? text.indexOf('</think>') : -1
  return end < 0 ? text : text.slice(end + '</think>'.length)
}

/** Where the outermost `{…}` stand, strings inside them skipped; an unclosed one ends with the text. */
const objectSpans = (text: string): [from: number, to: number][] => {
  const spans: [number, number][] = []
  let depth = 0
  let from = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
    } else if (character === '"' && depth > 0) inString = true
    else if (character === '{') {
      if (depth === 0) from = at
      depth += 1
    } else if (character === '}' && depth > 0) {
      depth -= 1
      if (depth === 0) spans.push([from, at + 1])
    }
  }
  if (depth > 0) spans.push([from, text.length])
  return spans
}
