import type { JsonValue } from '../../data/json.ts'
import { isObject } from '../../data/json-shape.ts'
import { parseJson } from '../../data/safe-json.ts'
import { type Message, type ToolCall, type ToolDefinition, textOf } from '../../ports/message.ts'
import type { PlainText, Writer } from '../text/plain-text.ts'

type Marked = PlainText['marked']

/** A message with what is a control token in its texts marked; in what the programmer or the model wrote, tags may be tags. */
export const markedMessage = (message: Message, marked: Marked): Message => {
  const writer: Writer = message.role === 'user' || message.role === 'tool' ? 'anybody' : 'model'
  const content = marked(textOf(message), writer)
  if (message.role === 'tool') return { ...message, content, toolCallId: marked(message.toolCallId, writer) }
  if (message.role !== 'assistant') return { ...message, content }
  const { toolCalls } = message
  return { ...message, content, ...(toolCalls && { toolCalls: toolCalls.map(call => markedCall(call, marked)) }) }
}

/** A tool with its texts marked, whoever wrote them: tools of servers are written by others. */
export const markedTool = (tool: ToolDefinition, marked: Marked): ToolDefinition => ({
  ...tool,
  name: marked(tool.name, 'anybody'),
  ...(tool.description !== undefined && { description: marked(tool.description, 'anybody') }),
  parameters: markedMembers(tool.parameters, marked),
})

const markedCall = ({ id, name, arguments: text }: ToolCall, marked: Marked): ToolCall => ({
  id: marked(id, 'anybody'),
  name: marked(name, 'anybody'),
  arguments: markedArguments(text, marked),
})

/** What a template writes are the values: escapes may hide in the text what they are. */
const markedArguments = (text: string, marked: Marked): string => {
  let value: JsonValue
  try {
    value = parseJson(text)
  } catch {
    return marked(text, 'anybody')
  }
  return JSON.stringify(markedValue(value, marked))
}

const markedValue = (value: JsonValue, marked: Marked): JsonValue =>
  typeof value === 'string'
    ? marked(value, 'anybody')
    : Array.isArray(value)
      ? value.map(item => markedValue(item, marked))
      : isObject(value)
        ? markedMembers(value, marked)
        : value

const markedMembers = (
  value: { readonly [key: string]: JsonValue },
  marked: Marked,
): { readonly [key: string]: JsonValue } =>
  Object.fromEntries(
    Object.entries(value).map(([key, member]) => [marked(key, 'anybody'), markedValue(member, marked)]),
  )
