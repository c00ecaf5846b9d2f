import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnswerPart, type AnswerReaderOptions, answerReader } from '../../../src/inference/chat/answer-reader.ts'

const options: AnswerReaderOptions = { thinks: false, tools: true, callId: index => `c${index}` }

/** What is read of an answer that comes in pieces of so many characters. */
const read = (answer: string, size: number, rest: Partial<AnswerReaderOptions> = {}) => {
  const reader = answerReader({ ...options, ...rest })
  const parts: AnswerPart[] = []
  for (let at = 0; at < answer.length; at += size) parts.push(...reader.push(answer.slice(at, at + size)))
  parts.push(...reader.end())
  const textOf = (type: 'text' | 'reasoning') => parts.map(part => (part.type === type ? part.delta : '')).join('')
  return {
    text: textOf('text'),
    reasoning: textOf('reasoning'),
    calls: parts.flatMap(part => (part.type === 'tool-call' ? [part.call] : [])),
  }
}

const weather = '{"name": "weather", "arguments": {"city": "Seoul", "days": 2}}'
const call = { id: 'c0', name: 'weather', arguments: '{"city":"Seoul","days":2}' }

describe.each([1, 3, 1000])('an answer that comes in pieces of %i characters', size => {
  test.each([
    ['Paris', { text: 'Paris' }],
    ['  <b>Paris\n', { text: '  <b>Paris\n' }],
    ['<think>\nFrance.\n</think>\n\nParis', { reasoning: 'France.', text: 'Paris' }],
    [' <think></think>Paris', { text: 'Paris' }],
    ['<think>and so on ', { reasoning: 'and so on' }],
    ['<thin', { text: '<thin' }],
    ['<think>a </thin k></think> b', { reasoning: 'a </thin k>', text: 'b' }],
    [`Let me look.\n<tool_call>\n${weather}\n</tool_call>`, { text: 'Let me look.', calls: [call] }],
    [`<think>x</think>\n<tool_call>${weather}`, { reasoning: 'x', calls: [call] }],
    [
      `<tool_call>${weather}</tool_call>\n<tool_call>${weather}</tool_call>\nDone.`,
      { text: 'Done.', calls: [call, { ...call, id: 'c1' }] },
    ],
    ['<tool_call>{"name": 3}</tool_call>', { text: '<tool_call>{"name": 3}</tool_call>' }],
    ['<tool_call>{"name": "t"}</tool_call>', { calls: [{ id: 'c0', name: 't', arguments: '{}' }] }],
    ['a < b <tool', { text: 'a < b <tool' }],
  ])('%j is %j', (answer, parts) => {
    expect(read(answer, size)).toEqual({ text: '', reasoning: '', calls: [], ...parts })
  })

  test('is a thought from its beginning where the prompt has opened one', () => {
    expect(read('France.</think>Paris', size, { thinks: true })).toEqual({
      reasoning: 'France.',
      text: 'Paris',
      calls: [],
    })
  })

  test('has no tool calls where nobody offered tools', () => {
    const answer = `Write <tool_call>${weather}</tool_call> `
    expect(read(answer, size, { tools: false })).toEqual({ text: answer, reasoning: '', calls: [] })
  })
})

test('is the same in whatever pieces it comes', () => {
  const words = fc.constantFrom(
    '<think>',
    '</think>',
    '<tool_call>',
    '</tool_call>',
    weather,
    ' ',
    '\n',
    'a',
    '<',
    '</t',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (answer, size) => {
      expect(read(answer.join(''), size)).toEqual(read(answer.join(''), 10_000))
    }),
  )
})
