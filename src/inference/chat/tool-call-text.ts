import type { JsonValue } from '../../data/json.ts'
import { isObject } from '../../data/json-shape.ts'
import { parseJson } from '../../data/safe-json.ts'
import type { ToolCall } from '../../ports/message.ts'

/**
 * Reads one call as models write it, `{"name": …, "arguments": {…}}` (`parameters` is read too); undefined for what is none.
 * Arguments written as a text are that text.
 */
export const readToolCall = (text: string): Omit<ToolCall, 'id'> | undefined => {
  const value = jsonOf(text)
  if (!isObject(value) || typeof value.name !== 'string' || value.name === '') return undefined
  const given = value.arguments ?? value.parameters ?? {}
  return { name: value.name, arguments: typeof given === 'string' ? given : JSON.stringify(given) }
}

const jsonOf = (text: string): JsonValue | undefined => {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
