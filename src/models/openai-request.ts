import type { ModelRequest } from '../ports/language-model.ts'
import type { ContentPart, Message } from '../ports/message.ts'
import { isStrictSchema } from './strict-schema.ts'

export interface OpenAIBodyOptions {
  readonly model: string
  readonly stream: boolean
  /** Where the output limit goes: OpenAI renamed it, others kept the old name. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens'
  /** Whose thoughts go back with their calls; nobody's when absent. */
  readonly signer?: string
}

/** The body of a chat completion request. What the request leaves out is left out here; `extra` never wins over it. */
export const openaiBody = (
  request: ModelRequest,
  { model, stream, maxTokensField, signer }: OpenAIBodyOptions,
): string => {
  // JSON leaves out what is undefined.
  const body = {
    model,
    messages: request.messages.map(message => wireMessage(message, signer)),
    temperature: request.temperature,
    top_p: request.topP,
    [maxTokensField]: request.maxTokens,
    stop: request.stop,
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    n: request.n,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    tools: request.tools?.map(tool => ({ type: 'function', function: tool })),
    tool_choice: wireToolChoice(request.toolChoice),
    response_format: wireFormat(request.responseSchema),
    // Whether to stream is decided by which method was called.
    stream: stream || undefined,
    stream_options: stream ? { ...objectOr(request.extra?.stream_options), include_usage: true } : undefined,
  }
  if (request.extra === undefined) return JSON.stringify(body)
  const { stream: _, stream_options: __, ...extra } = request.extra
  return JSON.stringify({ ...extra, ...defined(body) })
}

const defined = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

const objectOr = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})

const wireMessage = (message: Message, signer: string | undefined): object => {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.toolCallId, content: message.content }
  if (message.role === 'assistant') {
    const { content, toolCalls = [], thoughts = [] } = message
    if (toolCalls.length === 0) return { role: 'assistant', content }
    return {
      role: 'assistant',
      content: content === '' ? null : content,
      tool_calls: toolCalls.map(({ id, name, arguments: args }, index) => ({
        id,
        type: 'function',
        function: { name, arguments: args },
        extra_content: thoughts.find(one => one.signer === signer && one.callsBefore === index)?.data,
      })),
    }
  }
  const { role, content } = message
  return { role, content: typeof content === 'string' ? content : content.map(wirePart) }
}

const wirePart = (part: ContentPart): object => {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return { type: 'image_url', image_url: { url: part.url, detail: part.detail } }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'file':
      return {
        type: 'file',
        file: { filename: part.name, file_data: part.data, file_id: part.fileId },
      }
  }
}

const wireToolChoice = (choice: ModelRequest['toolChoice']): unknown =>
  typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice

const wireFormat = (format: ModelRequest['responseSchema']): unknown =>
  format && {
    type: 'json_schema',
    json_schema: { name: format.name, schema: format.schema, strict: isStrictSchema(format.schema) },
  }
