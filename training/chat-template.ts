import type { Message } from '../src/ports/message.ts'

/** Qwen3's turn markers around messages; what models/nano/tokenizer_config.json says in Jinja. */
export const chatText = (messages: readonly Message[]): string =>
  messages.map(({ role, content }) => `<|im_start|>${role}\n${String(content)}<|im_end|>\n`).join('')

export const generationPrompt = '<|im_start|>assistant\n'

/** What stands at the end of a prompt whose answer is not to think, and what a thought is put into. */
export const noThought = '<think>\n\n</think>\n\n'
export const thoughtText = (thought: string): string => `<think>\n${thought}\n</think>\n\n`

/** A tool as the template is given it. */
export interface ToolText {
  readonly type: 'function'
  readonly function: { readonly name: string; readonly description: string; readonly parameters: object }
}

/** The turn that tells of tools, as `qwen3_template.py` writes it. */
export const toolsText = (tools: readonly ToolText[]): string =>
  '<|im_start|>system\n# Tools\n\nCall one with its name and arguments, as JSON between the tags <tool_call></tool_call>:\n<tools>' +
  `${tools.map(tool => `\n${spacedJson(tool)}`).join('')}\n</tools><|im_end|>\n`

export const toolCallText = (name: string, given: object): string =>
  `<tool_call>\n{"name": "${name}", "arguments": ${spacedJson(given)}}\n</tool_call>`

export const toolResponseText = (content: string): string =>
  `<|im_start|>user\n<tool_response>\n${content}\n</tool_response><|im_end|>\n`

/** JSON with a space after each comma and colon, as Jinja's `tojson` writes it. */
const spacedJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${spacedJson(one)}`)
    .join(', ')}}`
}
