import type { ModelRequest } from '../../ports/language-model.ts'
import { spacedSchema } from '../grammar/grammar-source.ts'
import type { Grammar } from '../token-constraint.ts'
import { callableTool, callRules, lark } from './call-rules.ts'

/**
 * What the answer to a request must look like from its first token on; undefined where it begins freely. The request's own
 * grammar comes first, then its schema. Where the model must call a tool, the answer is calls, and one where it is told which;
 * where it may, calls or what the request asks for.
 */
export const answerGrammar = ({
  tools = [],
  toolChoice = 'auto',
  grammar,
  responseSchema,
}: ModelRequest): Grammar | undefined => {
  const isFree = grammar === undefined && responseSchema === undefined
  if (tools.length > 0 && toolChoice !== 'none' && (!isFree || toolChoice !== 'auto')) {
    if (typeof toolChoice !== 'string') {
      return lark([
        'start: called',
        ...callRules(tools.filter(({ name }) => name === toolChoice.name).map(callableTool)),
      ])
    }
    const rules = callRules(tools.map(callableTool))
    if (toolChoice === 'required') return lark(['start: calls', ...rules])
    // A grammar inside has rules of its own, whatever they are called.
    const answer =
      grammar !== undefined
        ? `%lark {\n${grammar}\n}`
        : `%json ${JSON.stringify(spacedSchema(responseSchema?.schema ?? {}))}`
    return lark(['start: calls | answer', `answer: ${answer}`, ...rules])
  }
  if (grammar !== undefined) return { kind: 'lark', text: grammar }
  return responseSchema && { kind: 'json-schema', schema: responseSchema.schema }
}
