/** A message as providers take it; what Kkachi sends in process fits as well. */
export interface WireMessage {
  readonly role: string
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[] | null
}

export type JsonObject = Readonly<Record<string, unknown>>

/** The text of a message, images and the like left out. */
export const textOf = ({ content }: WireMessage): string =>
  typeof content === 'string' ? content : (content ?? []).map(part => part.text ?? '').join('')
