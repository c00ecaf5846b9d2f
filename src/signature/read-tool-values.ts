import type { JsonSchema } from '../data/json.ts'
import { parseJson } from '../data/safe-json.ts'
import type { ToolCallResult, ToolCallValue, ToolValue } from '../data/tool-values.ts'
import { isRow, type Row, readAll, textIn } from './row.ts'

/** What a model is told of a tool. */
export const readTool = (value: unknown): ToolValue | undefined => {
  if (!isRow(value)) return undefined
  const name = textIn(value, 'name')
  const description = textIn(value, 'description', 'desc')
  const { parameters } = value
  if (name === undefined || !isRow(parameters)) return undefined
  return { name, ...(description !== undefined && { description }), parameters: parameters as JsonSchema }
}

/** Calls in any of their forms: a list, one call, DSPy's `{ tool_calls }`. */
export const readToolCalls = (value: unknown): readonly ToolCallValue[] | undefined => {
  const list = isRow(value) ? (value.tool_calls ?? value.toolCalls ?? [value]) : value
  return readAll(list, readCall)
}

const readCall = (value: unknown): ToolCallValue | undefined => {
  if (!isRow(value)) return undefined
  const source = isRow(value.function) ? value.function : value
  const name = textIn(source, 'name') ?? textIn(value, 'name')
  const args = argumentsIn(source.args ?? source.arguments)
  const id = textIn(value, 'id', 'call_id')
  return name === undefined || args === undefined ? undefined : { ...(id !== undefined && { id }), name, args }
}

/** Arguments are an object; as text, the JSON of one. No arguments are none. */
const argumentsIn = (value: unknown): Row | undefined => {
  if (value === undefined || value === null || value === '') return {}
  if (typeof value !== 'string') return isRow(value) ? value : undefined
  try {
    const parsed = parseJson(value)
    return isRow(parsed) ? parsed : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Results of calls in any of their forms: a list, one result, DSPy's `{ tool_call_results }`. */
export const readToolCallResults = (value: unknown): readonly ToolCallResult[] | undefined => {
  const list = isRow(value) ? (value.tool_call_results ?? value.toolCallResults ?? [value]) : value
  return readAll(list, readResult)
}

const readResult = (value: unknown): ToolCallResult | undefined => {
  if (!isRow(value)) return undefined
  const name = textIn(value, 'name')
  if (name === undefined || !Object.hasOwn(value, 'value')) return undefined
  const callId = textIn(value, 'callId', 'call_id')
  return {
    ...(callId !== undefined && { callId }),
    name,
    value: value.value,
    ...((value.isError === true || value.is_error === true) && { isError: true }),
  }
}
