import { isObject, objectOf } from '../data/json-shape.ts'
import { parseJson } from '../data/safe-json.ts'
import { type ContentPart, type Message, textOf } from '../ports/message.ts'
import { signedBlock } from './anthropic-response.ts'
import { dataUri } from './data-uri.ts'
import { unsupported } from './unsupported.ts'

/** A block of a message as the Messages API has it. */
export type Block = { readonly [key: string]: unknown }

export interface AnthropicTurn {
  readonly role: 'user' | 'assistant'
  readonly content: readonly Block[]
}

export interface AnthropicPrompt {
  readonly system: readonly Block[]
  readonly messages: readonly AnthropicTurn[]
}

export interface AnthropicPromptOptions {
  /** Leading messages to be kept in the provider's cache. */
  readonly shared: number
  /** The id of the model, for errors. */
  readonly model: string
  /** Whose thoughts go back with their calls; nobody's when absent. */
  readonly signer?: string | undefined
}

/**
 * Messages as the Messages API wants them: the system apart, user and assistant in turns (what tools gave is the user's),
 * no empty texts. The last block of the first `shared` messages is marked for the provider's cache.
 *
 * @throws ModelError `model/unsupported` for what has no block of its own
 */
export const anthropicPrompt = (messages: readonly Message[], options: AnthropicPromptOptions): AnthropicPrompt => {
  const { shared } = options
  const system: Block[] = []
  const turns: { role: 'user' | 'assistant'; content: Block[] }[] = []
  // A conversation has to begin with its user: a system message alone is what is asked.
  const isAsked = messages.every(({ role }) => role === 'system')
  for (const [index, message] of messages.entries()) {
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const blocks = blocksOf(message, options).filter(block => block.type !== 'text' || block.text !== '')
    const last = blocks.length - 1
    const marked = blocks.map((block, place) => (index === shared - 1 && place === last ? cacheable(block) : block))
    const turn = turns.at(-1)
    if (message.role === 'system' && !isAsked) system.push(...marked)
    else if (turn?.role === role) turn.content.push(...marked)
    else if (marked.length > 0) turns.push({ role, content: marked })
  }
  return { system, messages: turns }
}

const cacheable = (block: Block): Block => ({ ...block, cache_control: { type: 'ephemeral' } })

const blocksOf = (message: Message, { model, signer }: AnthropicPromptOptions): readonly Block[] => {
  if (message.role === 'tool') {
    return [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.content }]
  }
  if (message.role === 'assistant') {
    const { content, toolCalls = [], thoughts = [] } = message
    const thoughtsBefore = (place: number): readonly Block[] =>
      thoughts
        .filter(one => one.signer === signer && one.callsBefore === place)
        .map(({ data }) => signedBlock(objectOf(data)))
        .filter(block => block !== undefined)
    const calls = toolCalls.flatMap(({ id, name, arguments: text }, index): readonly Block[] => [
      ...(index === 0 ? [] : thoughtsBefore(index)),
      { type: 'tool_use', id, name, input: argumentsIn(text) },
    ])
    // A turn with thoughts has to begin with one, whatever was said before it.
    return [...(toolCalls.length === 0 ? [] : thoughtsBefore(0)), textBlock(content), ...calls]
  }
  if (message.role === 'system' || typeof message.content === 'string') return [textBlock(textOf(message))]
  return message.content.map(part => partBlock(part, model))
}

const textBlock = (text: string): Block => ({ type: 'text', text })

/** What a model wrote as arguments has to be an object again; what was none is shown as it was. */
const argumentsIn = (text: string): object => {
  try {
    const value = parseJson(text === '' ? '{}' : text)
    return isObject(value) ? value : { value }
  } catch {
    return { unreadable: text }
  }
}

const partBlock = (part: ContentPart, model: string): Block => {
  if (part.type === 'text') return textBlock(part.text)
  if (part.type === 'image') return { type: 'image', source: sourceOf(part.url) }
  if (part.type === 'file') {
    const title = part.name === undefined ? {} : { title: part.name }
    if (part.data !== undefined) return { type: 'document', source: sourceOf(part.data), ...title }
    if (part.fileId !== undefined) return { type: 'document', source: { type: 'file', file_id: part.fileId }, ...title }
    throw unsupported(model, 'read a file without data', 'Give the file its data, as a data URI, or its fileId.')
  }
  throw unsupported(model, `read a message part of type ${part.type}`, 'Leave it out, or choose another model.')
}

/** Where an image or a document comes from: itself in Base64, a text, or an address. */
const sourceOf = (where: string): Block => {
  const data = dataUri(where)
  if (data === undefined) return /^https?:/i.test(where) ? { type: 'url', url: where } : textSource(where)
  return data.mediaType.startsWith('text/')
    ? textSource(decoded(data.base64))
    : { type: 'base64', media_type: data.mediaType, data: data.base64 }
}

const textSource = (data: string): Block => ({ type: 'text', media_type: 'text/plain', data })

const decoded = (base64: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)))
