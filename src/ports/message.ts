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

/**
 * A thought behind tool calls, as the provider that made it wants it back with them: signed or encrypted. It is no secret, but
 * nobody's text: it is shown to no model as text, and sent to nobody but its signer.
 */
export interface SignedThought {
  /** Who made it: the kind of client and where it asks. */
  readonly signer: string
  /** Calls of the same answer that came before it; a signature of a call has the calls before that one. */
  readonly callsBefore: number
  /** As the provider gave it; what is in it is between the provider and its client. */
  readonly data: JsonValue
}

/** One turn of a conversation with a model. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string | readonly ContentPart[] }
  | {
      readonly role: 'assistant'
      readonly content: string
      readonly toolCalls?: readonly ToolCall[]
      /** Those behind the calls; none without calls. */
      readonly thoughts?: readonly SignedThought[]
    }
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
