import { looseJson } from '../adapters/loose-json.ts'
import type { Example } from '../data/example.ts'
import { KkachiError } from '../errors/kkachi-error.ts'

/** A call as a model asked for it; its arguments are whatever the model wrote. */
export interface AskedCall {
  readonly id: string | undefined
  readonly name: string
  readonly args: unknown
}

/**
 * The calls in the value of a `ToolCalls` field, as models write them: `{ tool_calls: […] }`, the list alone or one call
 * alone; a call as `{ name, args }`, `{ name, arguments }` or in the way of providers, under `function`.
 */
export const askedCalls = (value: unknown): readonly AskedCall[] => {
  const list = isRow(value) && 'tool_calls' in value ? value.tool_calls : value
  const calls = Array.isArray(list) ? list : [list]
  return calls.filter(isRow).flatMap(call => {
    const asked = isRow(call.function) ? call.function : call
    const { name } = asked
    if (typeof name !== 'string') return []
    const id = call.id ?? call.call_id
    return [
      {
        id: typeof id === 'string' && id !== '' ? id : undefined,
        name,
        args: argumentsOf(asked.args ?? asked.arguments ?? {}),
      },
    ]
  })
}

/** Text of JSON as what it says. Text that says nothing readable stays text: the tool refuses it, and says what it wants. */
const argumentsOf = (given: unknown): unknown => {
  if (typeof given !== 'string') return given
  if (given.trim() === '') return {}
  try {
    return looseJson(given)?.value ?? given
  } catch (error) {
    if (KkachiError.is(error, 'data/unsafe')) return given
    throw error
  }
}

export const isRow = (value: unknown): value is Example =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
