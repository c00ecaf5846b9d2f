import { parseJson } from '../data/safe-json.ts'
import type { ModelRequest } from '../ports/language-model.ts'
import { type ContentPart, type Message, textOf } from '../ports/message.ts'
import type { AiSdkCall } from './ai-sdk-model.ts'
import { partsBack } from './ai-sdk-thoughts.ts'
import { dataUri } from './data-uri.ts'
import { unsupported } from './unsupported.ts'

export interface AiSdkCallOptions {
  readonly id: string
  readonly specificationVersion: string
  /** Whose thoughts go back with their calls. */
  readonly signer: string
}

/**
 * A request as the options of a call of the AI SDK; `extra` is spread into them (`providerOptions`, `headers`, `reasoning`)
 * and never wins.
 *
 * @throws ModelError `model/unsupported` for what the specification has no option for
 */
export const aiSdkCall = (request: ModelRequest, signal: AbortSignal, options: AiSdkCallOptions): AiSdkCall => {
  const { grammar, logprobs, topLogprobs, responseSchema: schema, tools, toolChoice } = request
  if (grammar !== undefined) {
    throw unsupported(options.id, 'follow a grammar', 'Write responseSchema instead, or use a local model.')
  }
  if (logprobs === true || topLogprobs !== undefined) {
    throw unsupported(options.id, 'tell log probabilities', 'Leave logprobs out, or choose a model that tells them.')
  }
  const call = {
    prompt: promptOf(request.messages, options),
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    stopSequences: request.stop,
    seed: request.seed,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    responseFormat: schema && { type: 'json', schema: schema.schema, name: schema.name },
    tools: tools?.map(({ name, description, parameters }) => ({
      ...{ type: 'function', name },
      ...(description === undefined ? {} : { description }),
      inputSchema: parameters,
    })),
    toolChoice:
      toolChoice === undefined || typeof toolChoice === 'string'
        ? toolChoice && { type: toolChoice }
        : { type: 'tool', toolName: toolChoice.name },
    abortSignal: signal,
  }
  return { ...request.extra, ...Object.fromEntries(Object.entries(call).filter(([, value]) => value !== undefined)) }
}

const promptOf = (messages: readonly Message[], options: AiSdkCallOptions): readonly object[] => {
  const toolNames = new Map<string, string>()
  const prompt: { role: string; content: string | object[] }[] = []
  for (const message of messages) {
    if (message.role === 'tool') {
      const { toolCallId, content } = message
      const output = { type: 'text', value: content }
      const result = { type: 'tool-result', toolCallId, toolName: toolNames.get(toolCallId) ?? toolCallId, output }
      const last = prompt.at(-1)
      if (last?.role === 'tool' && typeof last.content !== 'string') last.content.push(result)
      else prompt.push({ role: 'tool', content: [result] })
    } else if (message.role === 'system') prompt.push({ role: 'system', content: textOf(message) })
    else if (message.role === 'user') {
      const { content } = message
      const parts = typeof content === 'string' ? [textPart(content)] : content.map(part => partOf(part, options))
      prompt.push({ role: 'user', content: parts })
    } else if (message.role === 'assistant') {
      const { content, toolCalls = [], thoughts = [] } = message
      const own = thoughts.filter(({ signer }) => signer === options.signer)
      const calls = toolCalls.flatMap(({ id, name, arguments: text }, index): readonly object[] => {
        toolNames.set(id, name)
        const call = { type: 'tool-call', toolCallId: id, toolName: name, input: argumentsIn(text) }
        const { before, signature } = partsBack(own, index)
        const said = index === 0 && content !== '' ? [textPart(content)] : []
        return [...before, ...said, { ...call, ...signature }]
      })
      const alone = calls.length > 0 || content === '' ? [] : [textPart(content)]
      prompt.push({ role: 'assistant', content: [...alone, ...calls] })
    }
  }
  return prompt
}

const textPart = (text: string): object => ({ type: 'text', text })

/** What a model wrote as arguments; a text where it is no JSON. */
const argumentsIn = (text: string): unknown => {
  try {
    return parseJson(text === '' ? '{}' : text)
  } catch {
    return text
  }
}

const partOf = (part: ContentPart, options: AiSdkCallOptions): object => {
  if (part.type === 'text') return textPart(part.text)
  if (part.type === 'image') return filePart(part.url, 'image/*', options)
  if (part.type === 'audio') {
    const uri = `data:audio/${part.format === 'mp3' ? 'mpeg' : part.format};base64,${part.data}`
    return filePart(uri, 'audio/*', options)
  }
  if (part.type === 'file' && part.data !== undefined) {
    const name = part.name === undefined ? {} : { filename: part.name }
    return { ...filePart(part.data, 'application/octet-stream', options), ...name }
  }
  throw unsupported(options.id, `read a ${part.type} without data`, 'Give it its data, as a data URI.')
}

/** From version 4 on, data says what it is. */
const filePart = (where: string, mediaType: string, { specificationVersion, id }: AiSdkCallOptions): object => {
  const isTagged = specificationVersion !== 'v2' && specificationVersion !== 'v3'
  const data = dataUri(where)
  if (data !== undefined) {
    return {
      ...{ type: 'file', mediaType: data.mediaType },
      data: isTagged ? { type: 'data', data: data.base64 } : data.base64,
    }
  }
  const url = addressIn(where)
  if (!url) throw unsupported(id, 'read data that is neither a data URI nor an address', 'Write either.')
  return { type: 'file', mediaType, data: isTagged ? { type: 'url', url } : url }
}

const addressIn = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
