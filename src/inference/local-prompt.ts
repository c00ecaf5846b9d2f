import type { ModelRequest } from '../ports/language-model.ts'
import { type Message, textOf } from '../ports/message.ts'
import type { Tokenizer } from './transformers-runtime.ts'

/** What a network reads of a request. */
export interface LocalPrompt {
  readonly tokens: readonly number[]
  /** The first of them that the calls of one batch share; perhaps none. */
  readonly shared: readonly number[]
}

/** Writes the messages in the model's own template; at least one token is never shared, for the answer follows it. */
export const localPrompt = (
  tokenizer: Tokenizer,
  { messages, sharedMessages = 0 }: ModelRequest,
  thinking: boolean,
): LocalPrompt => {
  const tokens = encoded(tokenizer, messages, { thinking, prompting: true })
  const beginning =
    sharedMessages > 0 ? encoded(tokenizer, messages.slice(0, sharedMessages), { thinking, prompting: false }) : []
  let shared = 0
  while (shared < beginning.length && shared < tokens.length - 1 && beginning[shared] === tokens[shared]) shared += 1
  return { tokens, shared: tokens.slice(0, shared) }
}

const encoded = (
  tokenizer: Tokenizer,
  messages: readonly Message[],
  { thinking, prompting }: { readonly thinking: boolean; readonly prompting: boolean },
): readonly number[] => {
  const turns = messages.map(message => ({ role: message.role, content: textOf(message) }))
  const text = tokenizer.apply_chat_template(turns, {
    tokenize: false,
    add_generation_prompt: prompting,
    enable_thinking: thinking,
  })
  return Array.from(tokenizer.encode(text, { add_special_tokens: false }), Number)
}
