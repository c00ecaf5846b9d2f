import { spacing } from '../../adapters/grammar-schema.ts'
import type { JsonObject } from '../../data/json.ts'
import type { ModelRequest } from '../../ports/language-model.ts'
import type { ToolDefinition } from '../../ports/message.ts'
import type { Grammar } from '../token-constraint.ts'

/**
 * What the answer to a request must look like; undefined where it is free. A tool that must be called comes first, then the
 * request's own grammar, then its schema. Where the model may call tools and need not, its answer is free.
 */
export const answerGrammar = ({
  tools = [],
  toolChoice = 'auto',
  grammar,
  responseSchema,
}: ModelRequest): Grammar | undefined => {
  if (tools.length > 0 && toolChoice !== 'none') {
    if (toolChoice === 'auto') return undefined
    return toolCallGrammar(toolChoice === 'required' ? tools : tools.filter(({ name }) => name === toolChoice.name))
  }
  if (grammar !== undefined) return { kind: 'lark', text: grammar }
  return responseSchema === undefined ? undefined : { kind: 'json-schema', schema: responseSchema.schema }
}

/** One call of one of the tools, in the form of Qwen3. */
const toolCallGrammar = (tools: readonly ToolDefinition[]): Grammar => {
  const calls = tools.map(
    ({ name, parameters }): JsonObject => ({
      type: 'object',
      properties: { name: { const: name }, arguments: { type: 'object', ...parameters } },
      required: ['name', 'arguments'],
      additionalProperties: false,
    }),
  )
  const schema = calls.length === 1 ? calls[0] : { anyOf: calls }
  return {
    kind: 'lark',
    text: `start: "<tool_call>\\n" call "\\n</tool_call>"\ncall: %json ${JSON.stringify({ ...spacing, ...schema })}\n`,
  }
}
