import type { ModelRequest, ModelResponse } from '../ports/language-model.ts'
import type { Message } from '../ports/message.ts'
import type { SpanEnd } from '../ports/tracer.ts'

type Attribute = string | number | boolean | readonly string[]
type Attributes = { readonly [name: string]: Attribute | undefined }

/** The provider and the model inside all that is wrapped around them: of several the first. */
export const modelNames = (id: string): { readonly provider: string; readonly model: string } => {
  const inner = id.slice(id.lastIndexOf('(', id.search(/[,)]|$/)) + 1).split(/[,)]/, 1)[0] ?? id
  const slash = inner.indexOf('/')
  return slash < 0
    ? { provider: inner, model: inner }
    : { provider: inner.slice(0, slash), model: inner.slice(slash + 1) }
}

/** The conventions' own names where they differ from ours. */
const providerNames: ReadonlyMap<string, string> = new Map([['google', 'gcp.gemini']])

/** What a model is asked, by the conventions for generative AI: no content. */
export const requestAttributes = (id: string, request: ModelRequest | undefined): Attributes => {
  const { provider, model } = modelNames(id)
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerNames.get(provider) ?? provider,
    'gen_ai.request.model': model,
    'gen_ai.request.temperature': request?.temperature,
    'gen_ai.request.top_p': request?.topP,
    'gen_ai.request.max_tokens': request?.maxTokens,
    'gen_ai.request.seed': request?.seed,
    'gen_ai.request.stop_sequences': request?.stop,
    'gen_ai.request.frequency_penalty': request?.frequencyPenalty,
    'gen_ai.request.presence_penalty': request?.presencePenalty,
    'gen_ai.request.choice.count': request?.n === 1 ? undefined : request?.n,
    'gen_ai.output.type': request && (request.responseSchema ? 'json' : 'text'),
  }
}

/** What a model answered: no content. */
export const responseAttributes = ({ response, usage }: SpanEnd): Attributes => ({
  'gen_ai.response.id': response?.requestId,
  'gen_ai.response.model': response?.modelName,
  'gen_ai.response.finish_reasons': response?.completions.map(({ finishReason }) => reasonNames[finishReason]),
  'gen_ai.usage.input_tokens': usage?.inputTokens,
  'gen_ai.usage.output_tokens': usage?.outputTokens,
  'gen_ai.usage.cache_read.input_tokens': usage?.cacheReadTokens,
  'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWriteTokens,
  'kkachi.usage.attempts': usage?.attempts,
  'kkachi.usage.cached_calls': usage?.cachedCalls,
})

const reasonNames = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_call',
  'content-filter': 'content_filter',
  other: 'other',
} as const

/** The messages that a model is asked with, as the conventions write them: JSON text. */
export const inputMessages = (messages: readonly Message[]): Attributes => {
  const systems = messages.filter(({ role }) => role === 'system').flatMap(partsOf)
  const others = messages
    .filter(({ role }) => role !== 'system')
    .map(message => ({ role: message.role, parts: partsOf(message) }))
  return {
    'gen_ai.system_instructions': systems.length === 0 ? undefined : JSON.stringify(systems),
    'gen_ai.input.messages': JSON.stringify(others),
  }
}

/** What a model answered, in full. */
export const outputMessages = ({ completions }: ModelResponse): Attributes => ({
  'gen_ai.output.messages': JSON.stringify(
    completions.map(({ text, reasoning, toolCalls = [], finishReason }) => ({
      role: 'assistant',
      parts: [
        ...(reasoning === undefined ? [] : [{ type: 'reasoning', content: reasoning }]),
        ...(text === '' ? [] : [{ type: 'text', content: text }]),
        ...toolCalls.map(callPart),
      ],
      finish_reason: reasonNames[finishReason],
    })),
  ),
})

const partsOf = (message: Message): readonly object[] => {
  if (message.role === 'tool')
    return [{ type: 'tool_call_response', id: message.toolCallId, response: message.content }]
  const { content } = message
  const texts =
    typeof content === 'string'
      ? [{ type: 'text', content }]
      : content.map(part => (part.type === 'text' ? { type: 'text', content: part.text } : { type: part.type }))
  return message.role === 'assistant' ? [...texts, ...(message.toolCalls ?? []).map(callPart)] : texts
}

const callPart = ({
  id,
  name,
  arguments: text,
}: {
  readonly id: string
  readonly name: string
  readonly arguments: string
}) => ({
  ...{ type: 'tool_call', id, name },
  arguments: text,
})
