import { grammarSchema, spacing } from '../../adapters/grammar-schema.ts'
import type { JsonSchema } from '../../data/json.ts'
import type { ToolDefinition } from '../../ports/message.ts'
import { spacedSchema } from '../grammar/grammar-source.ts'
import type { Grammar } from '../token-constraint.ts'
import { closedSchema } from './closed-schema.ts'

/** A tool as a grammar knows it; without a schema its arguments are any object. */
export interface CallableTool {
  readonly name: string
  readonly parameters: JsonSchema | undefined
}

/**
 * The rules of a Lark grammar for calls of these tools in the form of Qwen3: `called` is one, `calls` one or several,
 * `following` what comes after the first `<tool_call>`. The arguments of each follow its own schema.
 */
export const callRules = (tools: readonly CallableTool[]): readonly string[] => [
  `called: ${open} following_one`,
  `calls: ${open} following`,
  `following: following_one ("\\n" ${open} following_one)*`,
  'following_one: "\\n" call "\\n</tool_call>"',
  `call: ${tools.map((_, index) => `call${index}`).join(' | ')}`,
  ...tools.map(({ name, parameters }, index) => {
    const before = JSON.stringify(`{"name": ${JSON.stringify(name)}, "arguments": `)
    return `call${index}: ${before} %json ${JSON.stringify({ ...spacing, type: 'object', ...parameters })} "}"`
  }),
]

/** A tool with its schema as grammars follow it: objects take no keys but those they name, unless they say otherwise. */
export const callableTool = ({ name, parameters }: ToolDefinition): CallableTool => {
  const closed = closedSchema(parameters)
  return { name, parameters: grammarSchema(closed) ?? spacedSchema(closed) }
}

export type LarkGrammar = Extract<Grammar, { readonly kind: 'lark' }>

export const lark = (rules: readonly string[]): LarkGrammar => ({ kind: 'lark', text: `${rules.join('\n')}\n` })

const open = '"<tool_call>"'
