import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frozen, frozenPromptOf } from '../../src/adapters/frozen.ts'
import { readFrozen } from '../../src/adapters/frozen-read.ts'
import { chat, type Example, type PredictorState, predict } from '../../src/index.ts'
import { describeAdapter } from '../contracts/adapter-contract.ts'
import { frozenExample, frozenState } from './frozen-example.ts'

const program = predict('question, weights?: float[] -> answer, score: float')

/** The contents of the messages for an input, with what was learned. */
const said = (input: Example, learned: Partial<PredictorState> = {}, template: object = frozenExample) =>
  program
    .withState({ self: frozenState(learned, template) })
    .prompt(input as never, { adapter: frozen })
    .messages.map(({ role, content }) => [role, content])

describe('frozen prompts', () => {
  test('fill instructions, descriptions and values into the text of the template', () => {
    expect(said({ question: 'Why?\n', weights: [1, 0.5, 1e-7, 1e16] })).toEqual([
      ['system', 'Given:\n- question: \n- weights:\nDo:\n    Answer.\n    Be sure.'],
      ['user', 'Q: Why?\n\n\nW: [1.0, 0.5, 1e-07, 1e+16]\n\nGo.'],
    ])
  })

  test('leave out the block of an input that is absent', () => {
    expect(said({ question: 'Why?' })[1]).toEqual(['user', 'Q: Why?\n\nGo.'])
  })

  test('show descriptions where there are any', () => {
    const fields = ['asked', ' heavy \n', '', ''].map(description => ({ prefix: '', description }))
    expect(said({ question: '' }, { signature: { instructions: '', fields } })[0]).toEqual([
      'system',
      'Given:\n- question: asked\n- weights:  heavy\nDo:',
    ])
  })

  test('show incomplete demos first, then complete ones, and leave the useless out', () => {
    const demos = [
      { question: 'One?', weights: [1], answer: 'one', score: 1 },
      { question: 'Two?', answer: 'two', augmented: true },
      { question: 'of no use' },
      { answer: 'of no use', score: 2 },
      { question: null, answer: 'three', score: null },
    ]
    expect(said({ question: 'Q' }, { demos }).slice(1, -1)).toEqual([
      ['user', 'Partly. Two?'],
      ['assistant', 'two not told'],
      ['user', 'Partly. None'],
      ['assistant', 'three None'],
      ['user', 'Q: One?'],
      ['assistant', 'A: one (1.0)'],
    ])
  })

  test('write a list in a field of text item by item', () => {
    const demo = (question: unknown) =>
      said({ question: 'Q' }, { demos: [{ question, weights: [], answer: 'a', score: 0 }] })[1]
    expect(demo([])).toEqual(['user', 'Q: none'])
    expect(demo(['a'])).toEqual(['user', 'Q: <a>'])
    expect(demo(['a', 'b\nc', '<'])).toEqual(['user', 'Q: (1) <a>\n(2) <<\n  b\n  c\n>>\n(3) <<\n  <\n>>'])
  })

  test('write the text that the file knows for a value of a demo', () => {
    const exact = [{ field: 'score', value: 1, text: '1' }]
    const demos = [{ question: 'One?', weights: [], answer: 'one', score: 1 }]
    expect(said({ question: 'Q' }, { demos }, { ...frozenExample, exact })[2]).toEqual(['assistant', 'A: one (1)'])
  })

  test('tell how many messages the calls of a batch share', () => {
    const demos = [{ question: 'One?', weights: [], answer: 'one', score: 1 }]
    const learned = program.withState({ self: frozenState({ demos }) })
    expect(learned.prompt({ question: 'Q' }, { adapter: frozen }).sharedMessages).toBe(3)
  })

  test('give the schema of the answer to a model that obeys one', () => {
    const responseSchema = { name: 'Answer', schema: { type: 'object' } }
    const learned = program.withState({ self: frozenState({}, { ...frozenExample, responseSchema }) })
    const adapter = frozen
    expect(
      learned.prompt({ question: 'Q' }, { adapter, capabilities: { responseSchema: true } }).responseSchema,
    ).toEqual(responseSchema)
    expect(learned.prompt({ question: 'Q' }, { adapter }).responseSchema).toBeUndefined()
  })

  test('put any text there as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (question, answer) => {
        const demos = [{ question, weights: [], answer, score: 0 }]
        const messages = said({ question: 'Q' }, { demos })
        expect(messages[1]).toEqual(['user', `Q: ${question}`])
        expect(messages[2]).toEqual(['assistant', `A: ${answer} (0.0)`])
      }),
    )
  })

  test('a predictor without them asks in chat', () => {
    expect(program.prompt({ question: 'Q' }, { adapter: frozen })).toEqual(
      program.prompt({ question: 'Q' }, { adapter: chat }),
    )
  })

  test('answers are read by the parser the template names', () => {
    const adapter = frozen.forState?.({ ...frozenState({}, { ...frozenExample, parser: 'json' }) })
    const parsed = adapter?.parse(program.signature, { text: '{"answer": "a", "score": 1}', finishReason: 'stop' })
    expect(parsed).toEqual({ answer: 'a', score: 1 })
  })

  test('fields other than the predictor has are refused', () => {
    const other = predict('question -> answer')
    const learned = other.withState({
      self: { ...frozenState(), signature: other.state.self?.signature ?? { instructions: '', fields: [] } },
    })
    expect(() => learned.prompt({ question: 'Q' }, { adapter: frozen })).toThrow(
      expect.objectContaining({ code: 'program-file/mismatch' }),
    )
  })
})

const hole = (value: string) => ({ value, as: 'text' })
const replyTurn = { user: [hole('question')], assistant: [hole('reasoning'), '\n', hole('label'), '\n', hole('score')] }
const frozenReply = {
  format: 1,
  parser: 'chat',
  fields: [
    { name: 'question', role: 'input', type: { kind: 'string' } },
    { name: 'reasoning', role: 'output', type: { kind: 'string' } },
    { name: 'label', role: 'output', type: { kind: 'literal', values: ['yes', 'no'] } },
    { name: 'score', role: 'output', type: { kind: 'number' } },
  ],
  system: [{ instructions: { dedent: false } }],
  request: [hole('question')],
  demos: { complete: replyTurn, incomplete: replyTurn },
}

describeAdapter({
  adapter: frozen.forState?.({ kkachi: { frozen: frozenReply } }) ?? frozen,
  answer: (signature, values) =>
    signature.outputs.map(({ name }) => `[[ ## ${name} ## ]]\n${String(values[name])}\n\n`).join(''),
})

describe('the reader of frozen prompts', () => {
  const broken: readonly (readonly [string, object | null, string])[] = [
    ['no object', null, '/kkachi/frozen'],
    ['another format', { ...frozenExample, format: 2 }, '/kkachi/frozen/format'],
    ['a parser we do not have', { ...frozenExample, parser: 'yaml' }, '/kkachi/frozen/parser'],
    ['an unknown part', { ...frozenExample, system: [{ run: 'rm' }] }, '/kkachi/frozen/system/0'],
    [
      'a hole of no field',
      { ...frozenExample, request: [{ value: 'x', as: 'text' }] },
      '/kkachi/frozen/request/0/value',
    ],
    [
      'a hole written in no way',
      { ...frozenExample, request: [{ value: 'answer', as: 'code' }] },
      '/kkachi/frozen/request/0/as',
    ],
    [
      'a field twice',
      { ...frozenExample, fields: [frozenExample.fields[0], frozenExample.fields[0]] },
      '/kkachi/frozen/fields',
    ],
    [
      'a name that reaches a prototype',
      { ...frozenExample, fields: [{ ...frozenExample.fields[0], name: 'constructor' }] },
      '/kkachi/frozen/fields/0/name',
    ],
    [
      'a type of no kind',
      { ...frozenExample, fields: [{ ...frozenExample.fields[0], type: { kind: 'schema' } }] },
      '/kkachi/frozen/fields/0/type/kind',
    ],
    [
      'an escape that would make a text endless',
      { ...frozenExample, request: [{ value: 'answer', as: 'text', escape: [['a', 'a'.repeat(100)]] }] },
      '/kkachi/frozen/request/0/escape/0',
    ],
    [
      'a text without end',
      { ...frozenExample, system: Array.from({ length: 20 }, () => 'x'.repeat(100_000)) },
      '/kkachi/frozen/system/10',
    ],
    [
      'a value a thousand times',
      { ...frozenExample, request: Array.from({ length: 1000 }, () => ({ value: 'answer', as: 'text' })) },
      '/kkachi/frozen/request/16',
    ],
    ['too many parts', { ...frozenExample, system: Array.from({ length: 3000 }, () => 'x') }, '/kkachi/frozen/system'],
  ]
  test.each(broken)('refuses %s', (_, value, path) => {
    expect(() => readFrozen(value)).toThrow(expect.objectContaining({ code: 'program-file/shape', path }))
  })

  test('refuses parts and types nested without end', () => {
    let part: object = { join: '', of: [] }
    let type: object = { kind: 'string' }
    for (let depth = 0; depth < 100; depth += 1) {
      part = { join: '', of: [part] }
      type = { kind: 'list', items: type }
    }
    const fields = [{ ...frozenExample.fields[0], type }]
    for (const value of [
      { ...frozenExample, system: [part] },
      { ...frozenExample, fields },
    ]) {
      expect(() => readFrozen(value)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(program-file\/shape|data\/unsafe)$/) }),
      )
    }
  })

  test('refuses a key that reaches a prototype', () => {
    const value = JSON.parse('{"format": 1, "__proto__": {"parser": "chat"}}')
    expect(() => readFrozen(value)).toThrow(expect.objectContaining({ code: 'data/unsafe' }))
  })

  test('reads any JSON or refuses it by name, and what it read formats', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(frozenExample)), (value, key) => {
        try {
          readFrozen({ ...frozenExample, [key]: value })
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^(program-file\/shape|data\/unsafe)$/)
        }
      }),
    )
  })

  test('reads a state once', () => {
    const state = { ...frozenState() }
    expect(frozenPromptOf(state)).toBe(frozenPromptOf(state))
    expect(frozenPromptOf({})).toBeUndefined()
  })
})
