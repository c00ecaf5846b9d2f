import type { JsonObject, JsonValue } from '../../data/json.ts'
import { isObject, listOf } from '../../data/json-shape.ts'
import { parseJson } from '../../data/safe-json.ts'
import { type Message, type ToolDefinition, textOf } from '../../ports/message.ts'
import type { JinjaLibrary } from '../bring-text-libraries.ts'
import type { ModelFiles } from '../model-files.ts'
import { badFile } from '../text/model-json.ts'
import { boundedTemplate, type Render } from './bounded-template.ts'

/** Writes messages as a model was trained to read them. */
export interface ChatTemplate {
  /** Whether it tells a model what tools there are. */
  readonly knowsTools: boolean
  /** Whether a model that it writes for can be told to think, or not to. */
  readonly knowsThinking: boolean
  /** @throws Error when the template refuses the messages */
  write(messages: readonly Message[], options: WriteOptions): string
}

export interface WriteOptions {
  readonly tools: readonly ToolDefinition[]
  readonly thinking: boolean
  /** Whether an answer follows. */
  readonly prompting: boolean
}

const maxBytes = 2 ** 20

/**
 * The chat template of a model: `chat_template` of its tokenizer's configuration, or `chat_template.jinja`. Where it has
 * several, the one named `default`, and `tool_use` for calls with tools.
 *
 * @throws RuntimeError `runtime/model-files` when there is none, or it cannot be read
 */
export const chatTemplate = async (
  files: ModelFiles,
  config: JsonObject,
  { jinja, signal }: { readonly jinja: () => Promise<JinjaLibrary>; readonly signal?: AbortSignal | undefined },
): Promise<ChatTemplate> => {
  const { template, forTools } = await templatesOf(files, config, signal)
  const library = await jinja()
  const compiled = compile(files, library, template)
  const compiledForTools = forTools === template ? compiled : compile(files, library, forTools)
  return {
    knowsTools: /\btools\b/.test(forTools),
    knowsThinking: /\benable_thinking\b/.test(template),
    write: (messages, { tools, thinking, prompting }) =>
      (tools.length > 0 ? compiledForTools : compiled)({
        messages: messages.map(turnOf),
        ...(tools.length > 0 && { tools: tools.map(definition => ({ type: 'function', function: definition })) }),
        add_generation_prompt: prompting,
        enable_thinking: thinking,
        bos_token: wordOf(config.bos_token),
        eos_token: wordOf(config.eos_token),
      }),
  }
}

const templatesOf = async (
  files: ModelFiles,
  { chat_template: given }: JsonObject,
  signal: AbortSignal | undefined,
): Promise<{ readonly template: string; readonly forTools: string }> => {
  if (typeof given === 'string') return { template: given, forTools: given }
  const named = new Map(
    listOf(given).flatMap(one => (isObject(one) && typeof one.template === 'string' ? [[one.name, one.template]] : [])),
  )
  const template = named.get('default') ?? (await fileTemplate(files, signal))
  return { template, forTools: named.get('tool_use') ?? template }
}

const fileTemplate = async (files: ModelFiles, signal: AbortSignal | undefined): Promise<string> => {
  const name = 'chat_template.jinja'
  if (!(await files.has(name))) throw badFile(files, 'tokenizer_config.json', 'it has no chat template')
  const bytes = await files.read(name, { signal })
  if (bytes.length > maxBytes) throw badFile(files, name, `it is longer than ${maxBytes} bytes`)
  return new TextDecoder().decode(bytes)
}

const compile = (files: ModelFiles, library: JinjaLibrary, template: string): Render => {
  try {
    return boundedTemplate(library, template)
  } catch (cause) {
    throw badFile(files, 'the chat template', 'it cannot be read', cause)
  }
}

/** A message in the form that templates are written for. */
const turnOf = (message: Message): Readonly<Record<string, unknown>> => {
  const { role } = message
  const turn = { role, content: textOf(message) }
  if (message.role === 'tool') return { ...turn, tool_call_id: message.toolCallId }
  if (message.role !== 'assistant' || message.toolCalls === undefined) return turn
  const calls = message.toolCalls.map(({ id, name, arguments: text }) => ({
    ...{ id, type: 'function' },
    function: { name, arguments: argumentsOf(text) },
  }))
  return { ...turn, tool_calls: calls }
}

/** Templates write the arguments themselves; what is no JSON stays the text it is. */
const argumentsOf = (text: string): JsonValue => {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

const wordOf = (token: JsonValue | undefined): string => {
  const text = isObject(token) ? token.content : token
  return typeof text === 'string' ? text : ''
}
