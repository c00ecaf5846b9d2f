import type { JsonObject, JsonValue } from '../data/json.ts'
import { countOf, isObject, listOf, objectOf, textOf } from '../data/json-shape.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import type { Completion, FinishReason, ModelResponse } from '../ports/language-model.ts'
import type { SignedThought, ToolCall } from '../ports/message.ts'
import type { Defect } from './defect.ts'

export interface AnthropicReading {
  /** The answer is the arguments of the one tool there is. */
  readonly byTool: boolean
  /** Whose signature stands on the thoughts. */
  readonly signer: string
}

/** Reads a message of the Messages API. */
export const anthropicResponse = (json: JsonValue, reading: AnthropicReading): ModelResponse | Defect => {
  if (!isObject(json)) return { defect: 'JSON that is not an object' }
  if (json.type === 'error' || isObject(json.error)) return { defect: 'an error', refused: true }
  if (!Array.isArray(json.content)) return { defect: 'an object without content' }
  const completion = completionOf(json, reading)
  if ('defect' in completion) return completion
  const requestId = textOf(json.id)
  const modelName = textOf(json.model)
  return {
    completions: [completion],
    usage: messageUsage(objectOf(json.usage)),
    ...(requestId === undefined ? {} : { requestId }),
    ...(modelName === undefined ? {} : { modelName }),
  }
}

const completionOf = (message: JsonObject, { byTool, signer }: AnthropicReading): Completion | Defect => {
  let text = ''
  let reasoning = ''
  const toolCalls: ToolCall[] = []
  const thoughts: SignedThought[] = []
  for (const entry of listOf(message.content)) {
    const block = objectOf(entry)
    const data = signedBlock(block)
    if (data !== undefined) thoughts.push({ signer, callsBefore: toolCalls.length, data })
    if (block.type === 'text') text += textOf(block.text) ?? ''
    else if (block.type === 'thinking') reasoning += textOf(block.thinking) ?? ''
    else if (block.type === 'tool_use') {
      const [id, name, input] = [textOf(block.id), textOf(block.name), JSON.stringify(objectOf(block.input))]
      if (name === undefined) return { defect: 'a tool call without a name' }
      if (byTool) text = input
      else toolCalls.push({ id: id ?? `call_${toolCalls.length}`, name, arguments: input })
    }
  }
  const finishReason = stopReason(message.stop_reason, byTool)
  if (text === '' && reasoning === '' && toolCalls.length === 0 && saysNothing(finishReason)) {
    return { defect: 'a message without content' }
  }
  return {
    text,
    finishReason,
    ...(reasoning === '' ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(toolCalls.length === 0 || thoughts.length === 0 ? {} : { thoughts }),
  }
}

/** A block of thoughts as the API takes it back, nothing else in it; undefined for what is none, or not signed. */
export const signedBlock = (block: JsonObject): JsonObject | undefined => {
  if (block.type === 'thinking') {
    const { thinking } = block // may be empty: the API can be told not to tell it
    const signature = textOf(block.signature)
    return typeof thinking === 'string' && signature ? { type: 'thinking', thinking, signature } : undefined
  }
  const data = block.type === 'redacted_thinking' ? textOf(block.data) : undefined
  return data ? { type: 'redacted_thinking', data } : undefined
}

/** Whether an answer that ended so has to say something: a limit or a filter may leave nothing. */
export const saysNothing = (reason: FinishReason): boolean => reason === 'stop' || reason === 'other'

/** Why a message ended. */
export const stopReason = (reason: JsonValue | undefined, byTool: boolean): FinishReason => {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop'
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length'
    case 'tool_use':
      return byTool ? 'stop' : 'tool-calls'
    case 'refusal':
      return 'content-filter'
    default:
      return 'other' // pause_turn: a turn of a tool of the provider's own, which nobody takes up again
  }
}

/** One call and its tokens: the API counts what was read from or written into its cache apart from the rest of the input. */
export const messageUsage = (usage: JsonObject): Usage => {
  const cacheReadTokens = countOf(usage.cache_read_input_tokens)
  const cacheWriteTokens = countOf(usage.cache_creation_input_tokens)
  return {
    ...noUsage,
    calls: 1,
    attempts: 1,
    inputTokens: countOf(usage.input_tokens) + cacheReadTokens + cacheWriteTokens,
    outputTokens: countOf(usage.output_tokens),
    ...(cacheReadTokens === 0 ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === 0 ? {} : { cacheWriteTokens }),
  }
}
