import type { JsonValue } from '../data/json.ts'
import { isObject, listOf, objectOf, textOf } from '../data/json-shape.ts'
import type { Completion, ModelResponse } from '../ports/language-model.ts'
import type { SignedThought, ToolCall } from '../ports/message.ts'
import type { Defect } from './defect.ts'
import { isSilent } from './is-silent.ts'
import {
  argumentsOf,
  contentOf,
  finishReasonOf,
  logprobsOf,
  reasoningOf,
  thoughtsIn,
  usageOf,
} from './openai-choice.ts'

/** Reads the body of a chat completion; `signer`: who answered, for what it wants back with its calls. */
export const openaiResponse = (json: JsonValue, signer?: string): ModelResponse | Defect => {
  if (!isObject(json)) return { defect: 'JSON that is not an object' }
  if (json.error !== undefined && json.error !== null) return { defect: 'an error', refused: true }
  if (!Array.isArray(json.choices)) return { defect: 'an object without choices' }
  const completions: Completion[] = []
  for (const choice of listOf(json.choices)) {
    const completion = completionOf(choice, signer)
    if ('defect' in completion) return completion
    completions.push(completion)
  }
  const [first, ...rest] = completions
  if (first === undefined) return { defect: 'an empty list of choices' }
  if (completions.every(isSilent)) return { defect: 'a message without content' }
  const modelName = textOf(json.model)
  const requestId = textOf(json.id)
  return {
    completions: [first, ...rest],
    usage: usageOf(json.usage),
    ...(requestId === undefined ? {} : { requestId }),
    ...(modelName === undefined ? {} : { modelName }),
  }
}

const completionOf = (value: JsonValue, signer: string | undefined): Completion | Defect => {
  const choice = objectOf(value)
  if (!isObject(choice.message)) return { defect: 'a choice without a message' }
  const message = choice.message
  const reason = finishReasonOf(choice.finish_reason)
  if (reason === undefined || (choice.error !== undefined && choice.error !== null)) {
    return { defect: 'a choice that failed', refused: true }
  }
  const reasoning = reasoningOf(message)
  const refusal = textOf(message.refusal)
  const content = contentOf(message.content)
  const toolCalls: ToolCall[] = []
  const thoughts: SignedThought[] = []
  for (const [index, entry] of listOf(message.tool_calls).entries()) {
    const call = objectOf(entry)
    const { id, function: called } = call
    thoughts.push(...thoughtsIn(call, index, signer))
    const name = textOf(objectOf(called).name)
    if (name === undefined) return { defect: 'a tool call without a name' }
    toolCalls.push({ id: textOf(id) ?? `call_${index}`, name, arguments: argumentsOf(objectOf(called).arguments) })
  }
  const logprobs = logprobsOf(choice)
  return {
    text: content || (refusal ?? ''),
    finishReason:
      refusal !== undefined ? 'content-filter' : toolCalls.length > 0 && reason === 'stop' ? 'tool-calls' : reason,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(thoughts.length === 0 ? {} : { thoughts }),
    ...(logprobs.length === 0 ? {} : { logprobs }),
  }
}
