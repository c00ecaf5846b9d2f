import type { JsonObject, JsonValue } from '../data/json.ts'
import { listOf, objectOf, textOf } from '../data/json-shape.ts'
import type { FinishReason, ModelEvent } from '../ports/language-model.ts'
import {
  type AnthropicReading,
  anthropicResponse,
  messageUsage,
  saysNothing,
  signedBlock,
  stopReason,
} from './anthropic-response.ts'
import { cut, type Defect } from './defect.ts'
import { parseEnvelope } from './envelope.ts'
import type { Fail } from './provider-client.ts'
import { responseEvents } from './response-events.ts'
import { serverEvents } from './server-events.ts'

export interface AnthropicStreamOptions extends AnthropicReading {
  readonly fail: Fail
}

/**
 * Reads a streamed message. Usage and finish are told only when the stream came to its `message_stop`. Kinds of events and
 * blocks that are not known are passed over, as the API asks of its readers.
 */
export async function* anthropicStream(
  pieces: AsyncGenerator<string, void, undefined>,
  { fail, ...reading }: AnthropicStreamOptions,
): AsyncGenerator<ModelEvent, void, undefined> {
  const message = messageReader(reading)
  for await (const { events, ended, whole } of serverEvents(pieces, fail)) {
    if (whole !== undefined) {
      const parsed = parseEnvelope(whole)
      const response = 'defect' in parsed ? parsed : anthropicResponse(parsed.json, reading)
      if ('defect' in response) throw fail(response, whole)
      yield* responseEvents(response)
      return
    }
    for (const { data } of events) {
      const parsed = parseEnvelope(data)
      // The last event of a stream that was cut is cut as well.
      if ('defect' in parsed) throw fail(ended ? { defect: cut } : parsed)
      const read = message.read(objectOf(parsed.json))
      if ('defect' in read) throw fail(read, data)
      yield* read
      if (message.done) break
    }
    if (message.done) break
  }
  const end = message.end()
  if ('defect' in end) throw fail(end)
  yield* end
}

/** Turns the events of one message into ours. */
const messageReader = ({ byTool, signer }: AnthropicReading) => {
  /** The place among the tool calls of each block that is one. */
  const calls = new Map<JsonValue | undefined, number>()
  /** The blocks of thoughts that have not ended. */
  const thoughts = new Map<JsonValue | undefined, JsonObject>()
  let counts: JsonObject = {}
  let reason: FinishReason | undefined
  let spoke = false
  let done = false

  const begin = (block: JsonObject, index: JsonValue | undefined): readonly ModelEvent[] | Defect => {
    if (block.type === 'thinking' || block.type === 'redacted_thinking') thoughts.set(index, block)
    if (block.type === 'text') return said('text', block.text)
    if (block.type === 'thinking') return said('reasoning', block.thinking)
    if (block.type !== 'tool_use') return []
    const [id, name] = [textOf(block.id), textOf(block.name)]
    if (name === undefined) return { defect: 'a tool call without a name' }
    const callIndex = calls.size
    calls.set(index, callIndex)
    spoke = true
    if (byTool) return []
    return [{ type: 'tool-call', index: 0, callIndex, id: id ?? `call_${callIndex}`, name, argumentsDelta: '' }]
  }

  const grow = (delta: JsonObject, index: JsonValue | undefined): readonly ModelEvent[] | Defect => {
    if (delta.type === 'text_delta') return said('text', delta.text)
    const thought = thoughts.get(index)
    if (thought !== undefined) thoughts.set(index, grown(thought, delta))
    if (delta.type === 'thinking_delta') return said('reasoning', delta.thinking)
    if (delta.type !== 'input_json_delta') return []
    const callIndex = calls.get(index)
    if (callIndex === undefined) return [] // of a tool that the provider itself runs
    const argumentsDelta = textOf(delta.partial_json)
    if (argumentsDelta === undefined) return []
    return byTool ? said('text', argumentsDelta) : [{ type: 'tool-call', index: 0, callIndex, argumentsDelta }]
  }

  const finished = (index: JsonValue | undefined): readonly ModelEvent[] => {
    const data = signedBlock(thoughts.get(index) ?? {})
    thoughts.delete(index)
    return data === undefined ? [] : [{ type: 'thought', index: 0, thought: { signer, callsBefore: calls.size, data } }]
  }

  const said = (type: 'text' | 'reasoning', value: JsonValue | undefined): readonly ModelEvent[] => {
    const delta = textOf(value)
    spoke ||= delta !== undefined
    return delta === undefined ? [] : [{ type, index: 0, delta }]
  }

  return {
    get done() {
      return done
    },
    read(event: JsonObject): readonly ModelEvent[] | Defect {
      switch (event.type) {
        case 'error':
          return { defect: 'an error', refused: true }
        case 'message_start': {
          const message = objectOf(event.message)
          counts = objectOf(message.usage)
          return listOf(message.content).length > 0 ? { defect: 'a stream that begins with content' } : []
        }
        case 'content_block_start':
          return begin(objectOf(event.content_block), event.index)
        case 'content_block_delta':
          return grow(objectOf(event.delta), event.index)
        case 'content_block_stop':
          return finished(event.index)
        case 'message_delta':
          // The counts are those of the whole message so far.
          counts = { ...counts, ...present(objectOf(event.usage)) }
          if (textOf(objectOf(event.delta).stop_reason) !== undefined) {
            reason = stopReason(objectOf(event.delta).stop_reason, byTool)
          }
          return []
        case 'message_stop':
          done = true
          return []
        default:
          return []
      }
    },
    end(): readonly ModelEvent[] | Defect {
      if (!done || reason === undefined) return { defect: cut }
      if (!spoke && saysNothing(reason)) return { defect: 'a message without content' }
      return [
        { type: 'usage', usage: messageUsage(counts) },
        { type: 'finish', index: 0, reason },
      ]
    },
  }
}

/** A block of thoughts with what a delta adds. */
const grown = (block: JsonObject, { type, thinking, signature }: JsonObject): JsonObject => {
  if (type === 'thinking_delta')
    return { ...block, thinking: `${textOf(block.thinking) ?? ''}${textOf(thinking) ?? ''}` }
  return type === 'signature_delta' ? { ...block, signature: signature ?? '' } : block
}

const present = (counts: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== null))
