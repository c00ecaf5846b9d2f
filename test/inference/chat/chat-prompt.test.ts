import { expect, test } from 'vitest'
import { chatPrompt } from '../../../src/inference/chat/chat-prompt.ts'
import type { ChatTemplate } from '../../../src/inference/chat/chat-template.ts'
import type { Message } from '../../../src/ports/message.ts'

/** Every character is a token; a template may refuse. */
const tokenizer = { encode: (text: string) => Array.from(text, character => character.codePointAt(0) ?? 0) }
const template = (check: (roles: string) => void = () => {}): Pick<ChatTemplate, 'write'> => ({
  write(messages, { prompting, thinking, tools }) {
    check(messages.map(({ role }) => role).join())
    const turns = messages
      .map(({ role, content }) => `${role}:${typeof content === 'string' ? content : '…'};`)
      .join('')
    return `${tools.map(({ name }) => `[${name}]`).join('')}${turns}${prompting ? (thinking ? '<think>\n' : '>!') : ''}`
  },
})

const messages: readonly Message[] = [
  { role: 'system', content: 'S' },
  { role: 'user', content: 'U' },
]

const written = (sharedMessages: number, { thinking = false, check = (_: string): void => {}, rest = {} } = {}) => {
  const options = { model: 'local/test', thinking }
  const { tokens, shared, thinks } = chatPrompt(
    tokenizer,
    template(check),
    { messages, sharedMessages, ...rest },
    options,
  )
  return [String.fromCodePoint(...tokens), String.fromCodePoint(...tokens.slice(0, shared)), thinks]
}

test('a prompt is the messages in the template, ready for an answer', () => {
  expect(written(0)).toEqual(['system:S;user:U;>!', '', false])
  expect(written(0, { thinking: true })).toEqual(['system:S;user:U;<think>\n', '', true])
})

test('what is shared is what the tokens of the first messages and of all have in common', () => {
  expect(written(1)).toEqual(['system:S;user:U;>!', 'system:S;', false])
  expect(written(2)[1]).toBe('system:S;user:U;')
  expect(written(9)[1]).toBe('system:S;user:U;')
})

test('tools stand in it, unless none may be called', () => {
  const tools = [{ name: 't', parameters: {} }]
  expect(written(1, { rest: { tools } })).toEqual(['[t]system:S;user:U;>!', '[t]system:S;', false])
  expect(written(0, { rest: { tools, toolChoice: 'none' } })[0]).toBe('system:S;user:U;>!')
})

test('a template that refuses a beginning by itself shares nothing', () => {
  const check = (roles: string): void => {
    if (!roles.includes('user')) throw new Error('No user query found in messages.')
  }
  expect(written(1, { check })[1]).toBe('')
})

test('a template that refuses the messages is model/request, and quotes nothing of them', () => {
  const check = (): void => {
    throw new Error('Conversation roles must alternate.')
  }
  expect(() => written(0, { check })).toThrowError(
    expect.objectContaining({ code: 'model/request', message: expect.stringMatching(/^The template of local\/test /) }),
  )
})
