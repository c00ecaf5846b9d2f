import type { JsonObject, JsonValue } from '../data/json.ts'
import { countOf, isObject, listOf, objectOf, textOf } from '../data/json-shape.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import type { Completion, FinishReason, ModelResponse } from '../ports/language-model.ts'
import type { ToolCall } from '../ports/message.ts'
import type { Defect } from './defect.ts'

/** Reads a message of the Messages API; `byTool`: its answer is the arguments of the one tool it had. */
export const anthropicResponse = (json: JsonValue, byTool: boolean): ModelResponse | Defect => {
  if (!isObject(json)) return { defect: 'JSON that is not an object' }
  if (json.type === 'error' || isObject(json.error)) return { defect: 'an error', refused: true }
  if (!Array.isArray(json.content)) return { defect: 'an object without content' }
  const completion = completionOf(json, byTool)
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

const completionOf = (message: JsonObject, byTool: boolean): Completion | Defect => {
  let text = ''
  let reasoning = ''
  const toolCalls: ToolCall[] = []
  for (const entry of listOf(message.content)) {
    const block = objectOf(entry)
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
  }
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
