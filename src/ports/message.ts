import type { JsonValue } from '../data/json.ts'

/** A piece of a message. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly url: string; readonly detail?: 'low' | 'high' | 'auto' }
  | { readonly type: 'audio'; readonly data: string; readonly format: string }
  | { readonly type: 'file'; readonly name?: string; readonly data?: string; readonly fileId?: string }

/** A tool the model asked to call; `arguments` is the JSON text as the model wrote it. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/** One turn of a conversation with a model. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string | readonly ContentPart[] }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly content: string; readonly toolCallId: string }

/** A tool as the model sees it. */
export interface ToolDefinition {
  readonly name: string
  readonly description?: string
  readonly parameters: { readonly [key: string]: JsonValue }
}

/** The text of a message, images and the like left out. */
export const textOf = (message: Message): string =>
  typeof message.content === 'string'
    ? message.content
    : message.content.map(part => (part.type === 'text' ? part.text : '')).join('')
