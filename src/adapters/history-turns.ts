import type { Example } from '../data/example.ts'
import type { ToolCallResult, ToolCallValue } from '../data/tool-values.ts'
import type { Message, SignedThought } from '../ports/message.ts'
import { readToolCallResults, readToolCalls } from '../signature/read-tool-values.ts'
import { isRow } from '../signature/row.ts'
import type { Signature } from '../signature/signature.ts'
import { specialName } from '../signature/special-types.ts'
import { has } from './demo-turns.ts'
import { callsField } from './native-fields.ts'
import { thoughtsOfCalls } from './thoughts-of-calls.ts'

/** The calls of a turn, and what came of them. */
export interface TurnCalls {
  /** The field they stand in. */
  readonly name: string
  readonly calls: readonly ToolCallValue[]
  /** Absent where nobody made the calls. */
  readonly results: readonly ToolCallResult[] | undefined
  readonly thoughts?: readonly SignedThought[] | undefined
}

/** The calls of a turn: in its output of type `ToolCalls`, or under the name that DSPy gives it; undefined for none. */
export const callsOfTurn = (signature: Signature, turn: Example): TurnCalls | undefined => {
  const field = callsField(signature)?.name
  const name = [field, 'tool_calls', 'toolCalls'].find(key => key !== undefined && isGiven(turn, key))
  if (name === undefined) return undefined
  const value = turn[name]
  const calls = readToolCalls(value)
  if (calls === undefined || calls.length === 0) return undefined
  return { name, calls, results: resultsOf(signature, turn, value), thoughts: thoughtsOfCalls(value) }
}

const resultsOf = (signature: Signature, turn: Example, calls: unknown): TurnCalls['results'] => {
  // DSPy keeps the results with their calls.
  const within = isRow(calls) ? (calls.tool_call_results ?? undefined) : undefined
  const field = signature.inputs.find(({ type }) => specialName(type) === 'ToolCallResults')?.name
  const name = [field, 'tool_call_results', 'toolCallResults'].find(key => key !== undefined && isGiven(turn, key))
  const value = within ?? (name === undefined ? undefined : turn[name])
  return value === undefined ? undefined : readToolCallResults(value)
}

const isGiven = (turn: Example, key: string): boolean =>
  Object.hasOwn(turn, key) && turn[key] !== undefined && turn[key] !== null

/** Whether a turn has a value for one of these fields. */
export const hasAny = (turn: Example, fields: Signature['inputs']): boolean => fields.some(field => has(turn, field))

/**
 * The calls of a turn as messages: the assistant's, then one for each result. Undefined where a call has no result or a
 * result no call: providers refuse that, so such a turn goes as text.
 */
export const callMessages = (
  { calls, results, thoughts }: TurnCalls,
  turn: string,
  content: string,
  write: (value: unknown) => string,
): readonly Message[] | undefined => {
  if (results?.length !== calls.length) return undefined
  const byId = calls.every(({ id }) => id !== undefined) && results.every(({ callId }) => callId !== undefined)
  if (byId && new Set(calls.map(({ id }) => id)).size !== calls.length) return undefined
  const paired = calls.map((call, index) => {
    const result = byId ? results.find(({ callId }) => callId === call.id) : results[index]
    return result === undefined ? undefined : { id: call.id ?? `call_${turn}_${index}`, call, result }
  })
  if (!paired.every(pair => pair !== undefined)) return undefined
  return [
    {
      role: 'assistant',
      content,
      toolCalls: paired.map(({ id, call }) => ({ id, name: call.name, arguments: JSON.stringify(call.args) })),
      ...(thoughts && { thoughts }),
    },
    ...paired.map(({ id, result }): Message => ({ role: 'tool', toolCallId: id, content: write(result.value) })),
  ]
}
