import { grammarSchema, spacing } from '../../adapters/grammar-schema.ts'
import type { ModelRequest } from '../../ports/language-model.ts'
import type { ToolDefinition } from '../../ports/message.ts'
import { spacedSchema } from '../grammar/grammar-source.ts'
import type { Grammar } from '../token-constraint.ts'

/**
 * What the answer to a request must look like; undefined where it is free. The request's own grammar comes first, then its
 * schema. Where the model must call a tool, the answer is one call; where it may, one call or what the request asks for.
 */
export const answerGrammar = ({
  tools = [],
  toolChoice = 'auto',
  grammar,
  responseSchema,
}: ModelRequest): Grammar | undefined => {
  const isFree = grammar === undefined && responseSchema === undefined
  if (tools.length > 0 && toolChoice !== 'none' && (!isFree || toolChoice !== 'auto')) {
    const called =
      typeof toolChoice === 'string'
        ? callRules(tools)
        : callRules(tools.filter(({ name }) => name === toolChoice.name))
    if (toolChoice !== 'auto') return lark(['start: called', ...called])
    // A grammar inside has rules of its own, whatever they are called.
    const answer =
      grammar !== undefined
        ? `%lark {\n${grammar}\n}`
        : `%json ${JSON.stringify(spacedSchema(responseSchema?.schema ?? {}))}`
    return lark(['start: called | answer', `answer: ${answer}`, ...called])
  }
  if (grammar !== undefined) return { kind: 'lark', text: grammar }
  return responseSchema && { kind: 'json-schema', schema: responseSchema.schema }
}

const lark = (rules: readonly string[]): Grammar => ({ kind: 'lark', text: `${rules.join('\n')}\n` })

/** One call of one of the tools, in the form of Qwen3; the arguments of each follow its own schema. */
const callRules = (tools: readonly ToolDefinition[]): readonly string[] => [
  'called: "<tool_call>\\n" call "\\n</tool_call>"',
  `call: ${tools.map((_, index) => `call${index}`).join(' | ')}`,
  ...tools.map(({ name, parameters }, index) => {
    const schema = grammarSchema(parameters) ?? parameters
    const before = JSON.stringify(`{"name": ${JSON.stringify(name)}, "arguments": `)
    return `call${index}: ${before} %json ${JSON.stringify({ ...spacing, type: 'object', ...schema })} "}"`
  }),
]
