import type { JsonSchema } from './json.ts'

/** A tool as an input of type `Tool`: what the model is told of it. A tool made with `tool()` is one. */
export interface ToolValue {
  readonly name: string
  readonly description?: string
  /** The JSON schema of its arguments. */
  readonly parameters: JsonSchema
}

/**
 * A call that the model asks for: an item of an output of type `ToolCalls`. Written in DSPy's form, `{ tool_calls: […] }`,
 * and in that of providers, `{ function: { name, arguments } }`, it is read too.
 */
export interface ToolCallValue {
  /** What the model or its provider called it; absent where it came as text. */
  readonly id?: string
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What came of a call: an item of an input of type `ToolCallResults`, and of a turn's `tool_call_results`. */
export interface ToolCallResult {
  /** The `id` of its call. */
  readonly callId?: string
  readonly name: string
  /** Text, or JSON. */
  readonly value: unknown
  readonly isError?: boolean
}
