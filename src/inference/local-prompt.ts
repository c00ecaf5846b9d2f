import { ModelError } from '../errors/model-error.ts'
import type { ModelRequest } from '../ports/language-model.ts'
import { type Message, textOf } from '../ports/message.ts'
import type { Tokenizer } from './transformers-runtime.ts'

/** What a network reads of a request. */
export interface LocalPrompt {
  readonly tokens: readonly number[]
  /** The first of them that the calls of one batch share; perhaps none. */
  readonly shared: readonly number[]
}

export interface LocalPromptOptions {
  /** Names the model in errors. */
  readonly model: string
  readonly thinking: boolean
}

/**
 * Writes the messages in the model's own template; at least one token is never shared, for the answer follows it.
 *
 * @throws ModelError `model/request` when the template refuses the messages: their roles, or their order
 */
export const localPrompt = (
  tokenizer: Tokenizer,
  { messages, sharedMessages = 0 }: ModelRequest,
  { model, thinking }: LocalPromptOptions,
): LocalPrompt => {
  const encoded = (some: readonly Message[], prompting: boolean): readonly number[] => {
    const turns = some.map(message => ({ role: message.role, content: textOf(message) }))
    const how = { tokenize: false, add_generation_prompt: prompting, enable_thinking: thinking } as const
    return Array.from(
      tokenizer.encode(tokenizer.apply_chat_template(turns, how), { add_special_tokens: false }),
      Number,
    )
  }
  const tokens = whole(() => encoded(messages, true), model)
  const beginning = sharedMessages > 0 ? alone(() => encoded(messages.slice(0, sharedMessages), false)) : []
  let shared = 0
  while (shared < beginning.length && shared < tokens.length - 1 && beginning[shared] === tokens[shared]) shared += 1
  return { tokens, shared: tokens.slice(0, shared) }
}

const whole = (encode: () => readonly number[], model: string): readonly number[] => {
  try {
    return encode()
  } catch (cause) {
    const message = `The template of ${model} refuses these messages. Check their roles and order, or use another model.`
    throw new ModelError('model/request', message, { model, cause })
  }
}

/** Some templates refuse a beginning by itself, like a system message without a question: then nothing is shared. */
const alone = (encode: () => readonly number[]): readonly number[] => {
  try {
    return encode()
  } catch {
    return []
  }
}
