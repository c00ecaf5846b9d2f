import type { JsonObject, JsonValue } from '../data/json.ts'
import { countOf, isObject, listOf, objectOf, textOf } from '../data/json-shape.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import type { FinishReason, TokenLogprob } from '../ports/language-model.ts'
import type { SignedThought } from '../ports/message.ts'

// What the whole answer and the pieces of a stream have in common.

/** Why a choice ended; undefined when the provider gave up on it, which makes it no answer. */
export const finishReasonOf = (reason: JsonValue | undefined): FinishReason | undefined => {
  switch (reason) {
    case 'stop':
    case 'eos':
    case 'end_turn':
    case 'stop_sequence':
      return 'stop'
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length'
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls'
    case 'content_filter':
    case 'safety':
    case 'SAFETY':
      return 'content-filter'
    case 'error': // OpenRouter
    case 'insufficient_system_resource': // DeepSeek
      return undefined
    default:
      return 'other'
  }
}

/** The text of a content, which is a text or (Mistral) a list of parts; undefined when it is neither. */
export const contentOf = (content: JsonValue | undefined): string | undefined => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return undefined
  return listOf(content)
    .map(part => textOf(objectOf(part).text) ?? '')
    .join('')
}

/** Hidden reasoning, under the names it goes by. */
export const reasoningOf = (message: JsonObject): string | undefined =>
  textOf(message.reasoning_content) ?? textOf(message.reasoning)

/** What is signed of a tool call: Gemini has its signature there, and wants it back with the call. */
export const thoughtsIn = (
  { extra_content: data }: JsonObject,
  callsBefore: number,
  signer: string | undefined,
): readonly SignedThought[] => (signer !== undefined && isObject(data) ? [{ signer, callsBefore, data }] : [])

export const logprobsOf = (choice: JsonObject): readonly TokenLogprob[] =>
  listOf(objectOf(choice.logprobs).content).flatMap(entry => {
    const { token, logprob, top_logprobs: top } = objectOf(entry)
    if (typeof token !== 'string' || typeof logprob !== 'number') return []
    return [{ token, logprob, ...(Array.isArray(top) ? { top: top.flatMap(alternative) } : {}) }]
  })

const alternative = (entry: JsonValue) => {
  const { token, logprob } = objectOf(entry)
  return typeof token === 'string' && typeof logprob === 'number' ? [{ token, logprob }] : []
}

/** One call and one attempt, with the tokens that the provider reports; 0 where it reports none. */
export const usageOf = (usage: JsonValue | undefined): Usage => {
  const reported = objectOf(usage)
  const outputTokens = countOf(reported.completion_tokens)
  const cacheReadTokens = countOf(objectOf(reported.prompt_tokens_details).cached_tokens)
  return {
    ...noUsage,
    calls: 1,
    attempts: 1,
    inputTokens: countOf(reported.prompt_tokens),
    outputTokens,
    reasoningTokens: Math.min(outputTokens, countOf(objectOf(reported.completion_tokens_details).reasoning_tokens)),
    ...(cacheReadTokens === 0 ? {} : { cacheReadTokens }),
  }
}

/** The arguments of a tool call, as text; some servers send the object. */
export const argumentsOf = (value: JsonValue | undefined): string => {
  if (typeof value === 'string') return value
  return isObject(value) ? JSON.stringify(value) : ''
}
