import { describe, expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { chatAnswer } from '../../src/adapters/chat-format.ts'
import { signature } from '../../src/signature/create.ts'
import { describeAdapter } from '../contracts/adapter-contract.ts'

describeAdapter({ adapter: chat, answer: chatAnswer })

const read = (source: string, text: string): Record<string, unknown> =>
  chat.parse(signature(source), { text, finishReason: 'stop' })

describe('the chat prompt', () => {
  test('introduces the fields, shows the shape, gives the task, and asks for the markers', () => {
    const call = {
      signature: signature("text -> label: 'spam' | 'ham'", {
        instructions: 'Judge the mail.',
        descriptions: { text: 'a mail' },
      }),
      demos: [],
      input: { text: 'win money' },
    }
    expect(chat.format(call)).toEqual({
      sharedMessages: 1,
      messages: [
        {
          role: 'system',
          content: [
            "Inputs:\n- text (string): a mail\nOutputs:\n- label ('spam' | 'ham')",
            'Every field starts with its marker on a line of its own. Answer in this shape:',
            '[[ ## label ## ]]\n{label}',
            '[[ ## completed ## ]]',
            'Task: Judge the mail.',
          ].join('\n\n'),
        },
        {
          role: 'user',
          content: '[[ ## text ## ]]\nwin money\n\nAnswer with `[[ ## label ## ]]`, then `[[ ## completed ## ]]`.',
        },
      ],
    })
  })

  test('shows demos as turns, the incomplete ones first, and leaves out what has no input or no output', () => {
    const { messages } = chat.format({
      signature: signature('question -> hint, answer'),
      demos: [
        { question: 'whole', hint: 'h', answer: 'a' },
        { question: 'part', answer: 'a' },
        { answer: 'no input' },
        { question: 'no output' },
      ],
      input: { question: 'now' },
    })
    expect(messages.map(({ role, content }) => [role, content])).toMatchObject([
      ['system', expect.anything()],
      ['user', '[[ ## question ## ]]\npart'],
      ['assistant', '[[ ## hint ## ]]\n(not given in this example)\n\n[[ ## answer ## ]]\na\n\n[[ ## completed ## ]]'],
      ['user', '[[ ## question ## ]]\nwhole'],
      ['assistant', '[[ ## hint ## ]]\nh\n\n[[ ## answer ## ]]\na\n\n[[ ## completed ## ]]'],
      ['user', expect.stringContaining('now')],
    ])
  })

  test('tells the limits of a field and that it may be left out', () => {
    const limited = signature({
      inputs: { text: 'string' },
      outputs: { score: { type: 'int', constraints: { minimum: 1, maximum: 5 } }, note: { optional: true } },
    })
    const [system] = chat.format({ signature: limited, demos: [], input: { text: 't' } }).messages
    expect(system?.content).toContain('- score (integer): at least 1; at most 5\n- note (string): may be left out')
  })
})

describe('reading a chat answer', () => {
  test.each([
    ['[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]', 'Paris'],
    ['Sure!\n\n[[ ## answer ## ]]\nParis', 'Paris'],
    ['[[##answer##]] Paris [[ ## completed ## ]]', 'Paris'],
    ['**[[ ## answer ## ]]**\nParis', 'Paris'],
    ['```\n[[ ## answer ## ]]\nParis\n```', 'Paris'],
    ['<think>\n[[ ## answer ## ]]\nRome?\n</think>\n\n[[ ## answer ## ]]\nParis', 'Paris'],
    ['[[ ## answer ## ]]\nfirst\n\n[[ ## answer ## ]]\nsecond', 'first'],
    ['[[ ## answer ## ]]\nsee `[[ ## answer ## ]]` inline', 'see `[[ ## answer ## ]]` inline'],
    ['[[ ## answer ## ]]\none\n\ntwo\n[[ ## completed ## ]]', 'one\n\ntwo'],
  ])('%j is read as %j', (text, answer) => {
    expect(read('question -> answer', text)).toEqual({ answer })
  })

  test.each([
    ['int', '1,000', 1000],
    ['int', '```json\n42\n```', 42],
    ['float', '-2.5e3', -2500],
    ['bool', 'No', false],
    ['list[str]', "['a', 'b',]", ['a', 'b']],
    ['list[int]', '(1, 2)', [1, 2]],
    ['dict[str, int]', '{a: 1, // one\n b: "2"}', { a: 1, b: 2 }],
    ["'pos' | 'neg'", '"Pos."', 'pos'],
    ['int | null', 'None', null],
    ['int | str', '5.5', '5.5'],
    ['json', '{"a": [1, null]}', { a: [1, null] }],
    ['set[str]', '["a", "b", "a"]', ['a', 'b']],
  ])('a field of type %s takes %j as %j', (type, text, value) => {
    expect(read(`question -> answer: ${type}` as string, `[[ ## answer ## ]]\n${text}`)).toEqual({ answer: value })
  })

  test.each([
    ['int', '42.5'],
    ['int', '9007199254740993'],
    ['float', '3,5'],
    ['bool', 'maybe'],
    ['list[int]', '[1.5]'],
    ["'pos' | 'neg'", 'positive'],
    ['list[str]', '["a", null]'],
  ])('a field of type %s refuses %j', (type, text) => {
    expect(() => read(`question -> answer: ${type}` as string, `[[ ## answer ## ]]\n${text}`)).toThrowError(
      expect.objectContaining({ code: 'prediction/invalid' }),
    )
  })

  test.each([
    '**Answer:** Paris\n\n**Why so:** It is **the**\ncapital.',
    'Sure!\n\n**answer**\nParis\n**why_so**: It is **the**\ncapital.\n[[ ## completed ## ]]',
  ])('without any marker, bold headers are read: %j', text => {
    expect(read('question -> answer, whySo', text)).toEqual({ answer: 'Paris', whySo: 'It is **the**\ncapital.' })
  })

  test('a bold header beside a marker is text, and one that comes twice is no answer', () => {
    const marked = '**answer:** Rome?\n[[ ## answer ## ]]\nParis\n**answer:** Berlin'
    expect(read('question -> answer', marked)).toEqual({ answer: 'Paris\n**answer:** Berlin' })
    expect(() => read('question -> answer', '**answer:** Rome\n**answer:** Paris')).toThrowError(
      expect.objectContaining({ code: 'prediction/unparsable' }),
    )
  })

  test('an optional field that is absent is null, one with a default has it', () => {
    expect(read("question -> answer, note?, mood = 'calm'", '[[ ## answer ## ]]\na')).toEqual({
      answer: 'a',
      note: null,
      mood: 'calm',
    })
  })
})
