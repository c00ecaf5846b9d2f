import type { JsonObject, JsonValue } from '../data/json.ts'
import { isObject, listOf, objectOf } from '../data/json-shape.ts'
import { parseJson } from '../data/safe-json.ts'
import { sha256 } from '../data/sha256.ts'
import type { ModelResponse } from '../ports/language-model.ts'

/** An answer as it is kept. Text, so that everybody who reads it gets an answer of their own. */
export interface CacheEntry {
  readonly json: string
  /** When it was given, in milliseconds since 1970. */
  readonly at: number
}

/** Writes an answer down. */
export const cacheEntry = (response: ModelResponse, at: number): CacheEntry => ({
  at,
  // JSON has no infinity; the log of an impossible token becomes one that is as good as impossible.
  json: JSON.stringify(response, (_, value: unknown) =>
    value === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : value,
  ),
})

/** The answer as one from a cache: it cost nothing now, and tells what it cost when it was given. */
export const cachedResponse = ({ json }: CacheEntry): ModelResponse => {
  const response: ModelResponse = JSON.parse(json) // written by cacheEntry, or checked by unpackEntry
  const { usage, recordedUsage = usage } = response
  return { ...response, usage: { ...nothing, cachedCalls: 1 }, recordedUsage }
}

const nothing = { calls: 0, cachedCalls: 0, attempts: 0, inputTokens: 0, outputTokens: 0, reasoningTokens: 0 }

/** The bytes to store: a digest over key and content on the first line, so that nothing damaged or misplaced is believed. */
export const packEntry = async (key: string, { json, at }: CacheEntry): Promise<Uint8Array> => {
  const content = `${at}\n${json}`
  return new TextEncoder().encode(`${await sha256(`${key}\n${content}`)}\n${content}`)
}

/** The entry in stored bytes, or undefined when it is damaged, of another key, or no answer. */
export const unpackEntry = async (key: string, bytes: Uint8Array): Promise<CacheEntry | undefined> => {
  const text = new TextDecoder().decode(bytes)
  const first = text.indexOf('\n')
  const second = text.indexOf('\n', first + 1)
  if (first !== 64 || second === -1) return undefined
  if ((await sha256(`${key}\n${text.slice(65)}`)) !== text.slice(0, 64)) return undefined
  const json = text.slice(second + 1)
  const at = Number(text.slice(65, second))
  return Number.isFinite(at) && isAnswer(json) ? { json, at } : undefined
}

// The digest is no signature: whoever can write the store could write a digest too. Such an entry harms nobody by its shape.
const isAnswer = (json: string): boolean => {
  let value: JsonValue
  try {
    value = parseJson(json)
  } catch {
    return false
  }
  const { completions, usage } = objectOf(value)
  return (
    isObject(usage) &&
    Object.values(usage).every(count => typeof count === 'number') &&
    listOf(completions).length > 0 &&
    listOf(completions).every(one => isObject(one) && isCompletion(one))
  )
}

const isCompletion = ({ text, finishReason, toolCalls }: JsonObject): boolean =>
  typeof text === 'string' && typeof finishReason === 'string' && (toolCalls === undefined || Array.isArray(toolCalls))
