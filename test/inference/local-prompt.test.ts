import { expect, test } from 'vitest'
import { localPrompt } from '../../src/inference/local-prompt.ts'
import type { Tokenizer } from '../../src/inference/transformers-runtime.ts'
import type { Message } from '../../src/ports/message.ts'

/** Every character is a token; a template may refuse. */
const tokenizer = (check: (roles: string) => void = () => {}): Tokenizer => ({
  encode: text => Array.from(text, character => BigInt(character.codePointAt(0) ?? 0)),
  decode: tokens => String.fromCodePoint(...tokens),
  apply_chat_template(messages, { add_generation_prompt, enable_thinking }) {
    check(messages.map(({ role }) => role).join())
    const turns = messages.map(({ role, content }) => `${role}:${content};`).join('')
    return `${turns}${add_generation_prompt ? '>' : ''}${add_generation_prompt && !enable_thinking ? '!' : ''}`
  },
})

const messages: readonly Message[] = [
  { role: 'system', content: 'S' },
  { role: 'user', content: [{ type: 'text', text: 'U' }] },
]
const options = { model: 'local/test', thinking: true }

const written = (sharedMessages: number, { thinking = true, check = (_: string): void => {} } = {}) => {
  const { tokens, shared } = localPrompt(tokenizer(check), { messages, sharedMessages }, { ...options, thinking })
  return [String.fromCodePoint(...tokens), String.fromCodePoint(...shared)]
}

test('a prompt is the messages in the template, ready for an answer', () => {
  expect(written(0)).toEqual(['system:S;user:U;>', ''])
  expect(written(0, { thinking: false })).toEqual(['system:S;user:U;>!', ''])
})

test('what is shared is what the tokens of the first messages and of all have in common', () => {
  expect(written(1)).toEqual(['system:S;user:U;>', 'system:S;'])
  expect(written(2)).toEqual(['system:S;user:U;>', 'system:S;user:U;'])
  expect(written(9)).toEqual(['system:S;user:U;>', 'system:S;user:U;'])
})

test('a template that refuses a beginning by itself shares nothing', () => {
  const check = (roles: string): void => {
    if (!roles.includes('user')) throw new Error('No user query found in messages.')
  }
  expect(written(1, { check })).toEqual(['system:S;user:U;>', ''])
})

test('a template that refuses the messages is model/request, and quotes nothing of them', () => {
  const check = (): void => {
    throw new Error('Conversation roles must alternate.')
  }
  expect(() => written(0, { check })).toThrowError(
    expect.objectContaining({ code: 'model/request', message: expect.stringMatching(/^The template of local\/test /) }),
  )
})
