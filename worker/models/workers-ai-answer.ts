import type { JsonObject, JsonValue } from '../../src/data/index.ts'
import { countOf, isObject, listOf, objectOf, textOf } from '../../src/data/index.ts'
import type { Completion, FinishReason, ModelEvent, ModelResponse, ToolCall, Usage } from '../../src/index.ts'
import {
  argumentsOf,
  cut,
  type Defect,
  isSilent,
  openaiChunks,
  openaiResponse,
  usageOf,
} from '../../src/models/index.ts'

/**
 * Reads what a text model gives: a chat completion by the newer models, and by the others an object with `response`, which
 * is an object where a schema was asked for, and says nothing of why it ended: as many tokens as allowed is cut.
 */
export const workersAiAnswer = (json: JsonValue, maxTokens: number): ModelResponse | Defect => {
  if (!isObject(json)) return { defect: 'something that is not an object' }
  if (Array.isArray(json.choices)) return openaiResponse(json)
  const toolCalls = toolCallsOf(json.tool_calls)
  const usage = usageOf(json.usage)
  const completion: Completion = {
    text: responseText(json.response),
    finishReason: reasonOf(toolCalls, usage, maxTokens),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  }
  return isSilent(completion) ? { defect: 'a message without content' } : { completions: [completion], usage }
}

/** Turns the events of a streamed answer, of either kind, into ours. */
export const workersAiEvents = (maxTokens: number) => {
  const chunks = openaiChunks(1)
  let isChat = false
  let counts: JsonObject | undefined
  const calls: ToolCall[] = []
  let spoke = false
  let told = false

  return {
    read(json: JsonValue): readonly ModelEvent[] | Defect {
      const event = objectOf(json)
      isChat ||= Array.isArray(event.choices) && event.response === undefined
      if (isChat) return chunks.read(json)
      if (event.error !== undefined && event.error !== null) return { defect: 'an error', refused: true }
      told = true
      if (isObject(event.usage)) counts = event.usage
      const events: ModelEvent[] = []
      const delta = textOf(event.response)
      if (delta !== undefined) events.push({ type: 'text', index: 0, delta })
      for (const call of toolCallsOf(event.tool_calls)) {
        const [callIndex, id] = [calls.length, `call_${calls.length}`]
        events.push({ type: 'tool-call', index: 0, callIndex, id, name: call.name, argumentsDelta: call.arguments })
        calls.push({ ...call, id })
      }
      spoke ||= events.length > 0
      return events
    },
    end(done: boolean): readonly ModelEvent[] | Defect {
      if (isChat) return chunks.end(done)
      // Nothing but the end mark tells that such a stream is whole.
      if (!done || !told) return { defect: cut }
      const usage = usageOf(counts)
      const reason = reasonOf(calls, usage, maxTokens)
      if (!spoke && reason === 'stop') return { defect: 'a message without content' }
      return [
        { type: 'usage', usage },
        { type: 'finish', index: 0, reason },
      ]
    },
  }
}

const reasonOf = (toolCalls: readonly ToolCall[], usage: Usage, maxTokens: number): FinishReason => {
  if (toolCalls.length > 0) return 'tool-calls'
  return countOf(usage.outputTokens) >= maxTokens ? 'length' : 'stop'
}

const responseText = (response: JsonValue | undefined): string =>
  typeof response === 'string' ? response : response === undefined || response === null ? '' : JSON.stringify(response)

const toolCallsOf = (value: JsonValue | undefined): readonly ToolCall[] =>
  listOf(value).flatMap((entry, index) => {
    const call = objectOf(entry)
    const called = isObject(call.function) ? call.function : call
    const name = textOf(called.name)
    if (name === undefined) return []
    return [{ id: textOf(call.id) ?? `call_${index}`, name, arguments: argumentsOf(called.arguments) || '{}' }]
  })
