import { ModelError } from '../../errors/model-error.ts'
import type { ModelRequest } from '../../ports/language-model.ts'
import type { Message } from '../../ports/message.ts'
import { plainTextOf } from '../text/plain-text.ts'
import type { Tokenizer } from '../tokenizer.ts'
import type { ChatTemplate } from './chat-template.ts'
import { markedMessage, markedTool } from './marked-messages.ts'

/** What a network reads of a request. */
export interface ChatPrompt {
  readonly tokens: readonly number[]
  /** How many of them, from the first, the calls of one batch share; perhaps none. */
  readonly shared: number
  /** Whether the prompt itself opens a thought. */
  readonly thinks: boolean
}

export interface ChatPromptOptions {
  /** Names the model in errors. */
  readonly model: string
  readonly thinking: boolean
}

/**
 * Writes the messages in the model's own template; at least one token is never shared, for the answer follows it. What is a
 * control token in the messages or tools themselves stays text (`plainText`).
 *
 * @throws ModelError `model/request` when the template refuses the messages: their roles, or their order
 */
export const chatPrompt = (
  tokenizer: Pick<Tokenizer, 'encode' | 'plain'>,
  template: Pick<ChatTemplate, 'write'>,
  { messages: asked, tools: given = [], toolChoice, sharedMessages = 0 }: ModelRequest,
  { model, thinking }: ChatPromptOptions,
): ChatPrompt => {
  const { marked, encode } = plainTextOf(tokenizer)
  const messages = asked.map(message => markedMessage(message, marked))
  const tools = toolChoice === 'none' ? [] : given.map(tool => markedTool(tool, marked))
  const written = (some: readonly Message[], prompting: boolean): string =>
    template.write(some, { tools, thinking, prompting })
  const text = whole(() => written(messages, true), model)
  const tokens = encode(text)
  const beginning = sharedMessages > 0 ? alone(() => written(messages.slice(0, sharedMessages), false)) : ''
  const first = beginning === '' ? [] : encode(beginning)
  let shared = 0
  while (shared < first.length && shared < tokens.length - 1 && first[shared] === tokens[shared]) shared += 1
  return { tokens, shared, thinks: text.trimEnd().endsWith('<think>') }
}

const whole = (write: () => string, model: string): string => {
  try {
    return write()
  } catch (cause) {
    const message = `The template of ${model} refuses these messages. Check their roles and order, or use another model.`
    throw new ModelError('model/request', message, { model, cause })
  }
}

/** Some templates refuse a beginning by itself, like a system message without a question: then nothing is shared. */
const alone = (write: () => string): string => {
  try {
    return write()
  } catch {
    return ''
  }
}
