import { describe, expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import { xml } from '../../src/adapters/xml.ts'
import type { Example } from '../../src/data/example.ts'
import { predict } from '../../src/modules/predict.ts'
import type { Completion, ModelCapabilities } from '../../src/ports/language-model.ts'
import { signature } from '../../src/signature/create.ts'
import type { Signature } from '../../src/signature/signature.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const agent = signature('question, history: History, tools: list[dspy.Tool] -> thought, calls: dspy.ToolCalls', {
  instructions: 'Do it.',
})
const silent = signature('question?, history: History, tools: Tool[] -> calls: ToolCalls', { instructions: 'Do it.' })

const search = {
  name: 'search',
  description: 'Finds pages.',
  parameters: { type: 'object', properties: { query: { type: 'string' } } },
}

const able: ModelCapabilities = { tools: true, reasoning: true }

const format = (
  task: Signature,
  input: Example,
  capabilities: ModelCapabilities = able,
  demos: readonly Example[] = [],
) => chat.format({ signature: task, demos, input, capabilities })

const parse = (task: Signature, completion: Partial<Completion>, capabilities: ModelCapabilities = able) =>
  chat.parse(task, { text: '', finishReason: 'tool-calls', ...completion }, capabilities)

const called = [{ id: 'c1', name: 'search', arguments: '{"query": "x"}' }]

describe('tools and calls', () => {
  test.each([chat, json, xml])('leave the text for a model that calls tools, in $name', adapter => {
    const input = { question: 'q', history: [], tools: [search] }
    const prompt = adapter.format({ signature: agent, demos: [], input, capabilities: able })
    expect(prompt.tools).toEqual([search])
    expect(JSON.stringify(prompt.messages)).not.toMatch(/calls|tools|search/)
    const text = adapter.format({ signature: agent, demos: [], input, capabilities: {} })
    expect(text.tools).toBeUndefined()
    expect(JSON.stringify(text.messages)).toMatch(/Finds pages/)
    expect(JSON.stringify(text.messages)).toContain('- calls ({ name: string, args: { [key: string]: json } }[])')
  })

  test('leave the schema of the answer, too', () => {
    const input = { question: 'q', history: [], tools: [search] }
    const { responseSchema } = json.format({
      signature: agent,
      demos: [],
      input,
      capabilities: { tools: true, responseSchema: true },
    })
    expect(responseSchema?.schema.required).toEqual(['thought'])
  })

  test('ask for calls alone where there is no other output', () => {
    const { messages } = format(silent, { question: 'q', history: [], tools: [search] })
    expect(messages).toEqual([
      {
        role: 'system',
        content:
          'Inputs:\n- question (string): may be left out\n\nAnswer by calling the tools that you need.\n\nTask: Do it.',
      },
      { role: 'user', content: '[[ ## question ## ]]\nq' },
    ])
  })

  test('are taken from the calls of the answer', () => {
    const fields = { thought: 'hm', calls: [{ id: 'c1', name: 'search', args: { query: 'x' } }] }
    expect(parse(agent, { text: '[[ ## thought ## ]]\nhm', toolCalls: called })).toEqual(fields)
    expect(parse(agent, { text: 'hm', toolCalls: called })).toEqual(fields)
    expect(parse(agent, { text: '', toolCalls: called })).toEqual({ ...fields, thought: '' })
    expect(parse(silent, { toolCalls: called })).toEqual({ calls: fields.calls })
    expect(parse(agent, { text: 'nothing to do', finishReason: 'stop' })).toEqual({
      thought: 'nothing to do',
      calls: [],
    })
    // Calls that came although nobody knew that they could.
    expect(parse(agent, { text: 'hm', toolCalls: called }, {})).toEqual(fields)
  })

  test('are read from the text where nothing is native', () => {
    const text = '[[ ## thought ## ]]\nhm\n\n[[ ## calls ## ]]\n[{"name": "search", "args": {}}]'
    expect(parse(agent, { text, finishReason: 'stop' }, {})).toEqual({
      thought: 'hm',
      calls: [{ name: 'search', args: {} }],
    })
    expect(() => parse(agent, { text: 'nothing', finishReason: 'stop' }, {})).toThrow(
      expect.objectContaining({ code: 'prediction/unparsable' }),
    )
  })

  test.each(['{"query": ', '[1]', '"x"', '{"__proto__": {}}'])(
    'are an issue of the field with the arguments %s',
    text => {
      const bad = [...called, { id: 'c2', name: 'search', arguments: text }]
      expect(() => parse(agent, { toolCalls: bad })).toThrow(
        expect.objectContaining({
          code: 'prediction/invalid',
          issues: [{ field: 'calls', problem: 'call 2: expected its arguments as one JSON object' }],
        }),
      )
    },
  )

  test('are not made up of an answer that is empty', () => {
    expect(() => parse(agent, { text: ' ', finishReason: 'stop' })).toThrow(
      expect.objectContaining({ code: 'prediction/unparsable' }),
    )
  })

  test('are asked for again when their arguments cannot be read', async () => {
    const model = scriptedModel(
      [
        { text: '', toolCalls: [{ id: 'c', name: 'search', arguments: '{' }] },
        { text: '', toolCalls: called },
      ],
      { capabilities: able },
    )
    const { calls } = await predict(agent).run({ question: 'q', history: [], tools: [search] }, { model })
    expect(calls).toEqual([{ id: 'c1', name: 'search', args: { query: 'x' } }])
    expect(model.calls[1]?.messages.at(-1)?.content).toContain('call 1: expected its arguments')
  })

  test('stand in demos as calls, with a result that is not given', () => {
    const demos = [{ question: 'd', calls: { tool_calls: [{ name: 'search', args: { query: 'y' } }] } }]
    const { messages } = format(agent, { question: 'q', history: [], tools: [search] }, able, demos)
    expect(messages.slice(1, 4)).toEqual([
      { role: 'user', content: '[[ ## question ## ]]\nd' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'call_demo_0_0', name: 'search', arguments: '{"query":"y"}' }],
      },
      { role: 'tool', toolCallId: 'call_demo_0_0', content: '(not given in this example)' },
    ])
    const text = format(agent, { question: 'q', history: [], tools: [search] }, {}, demos).messages[2]
    expect(text?.content).toContain('[{"name":"search","args":{"query":"y"}}]')
  })
})

describe('turns of a history', () => {
  const calls = [
    { id: 'a', name: 'search', args: { query: '1' } },
    { id: 'b', name: 'search', args: { query: '2' } },
  ]
  const results = [
    { callId: 'b', name: 'search', value: { pages: 2 } },
    { callId: 'a', name: 'search', value: 'one' },
  ]

  test('carry calls and results natively, each result with its call', () => {
    const history = [{ question: 'first', thought: 'hm', tool_calls: calls, tool_call_results: results }]
    const { messages } = format(silent, { history, tools: [search] })
    expect(messages.slice(1)).toEqual([
      { role: 'user', content: '[[ ## question ## ]]\nfirst' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [
          { id: 'a', name: 'search', arguments: '{"query":"1"}' },
          { id: 'b', name: 'search', arguments: '{"query":"2"}' },
        ],
      },
      { role: 'tool', toolCallId: 'a', content: 'one' },
      { role: 'tool', toolCallId: 'b', content: '{"pages":2}' },
    ])
  })

  test("are read in DSPy's form, with results beside their calls and without ids", () => {
    const history = {
      messages: [
        {
          question: 'first',
          calls: { tool_calls: [{ name: 'search', args: {} }], tool_call_results: [{ name: 'search', value: 1 }] },
        },
        {
          thought: 'more',
          tool_calls: [{ name: 'search', args: {} }],
          tool_call_results: { tool_call_results: [{ name: 'search', value: 2 }] },
        },
      ],
    }
    const { messages } = format(agent, { question: 'q', history, tools: [search] })
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
      'tool',
      'user',
    ])
    expect(messages[4]).toEqual({
      role: 'assistant',
      content: '[[ ## thought ## ]]\nmore\n\n[[ ## completed ## ]]',
      toolCalls: [{ id: 'call_1_0', name: 'search', arguments: '{}' }],
    })
  })

  test.each([
    ['for a model that takes no tools', {}, results],
    ['where a call has no result', able, results.slice(1)],
    ['where a result is of another call', able, [{ callId: 'z', name: 'search', value: 1 }, ...results.slice(1)]],
    ['where nobody made the calls', able, undefined],
  ] as const)('are text %s', (_, capabilities, given) => {
    const history = [{ question: 'first', thought: 'hm', tool_calls: calls, tool_call_results: given }]
    const { messages } = format(agent, { question: 'q', history, tools: [search] }, capabilities)
    expect(messages.some(message => message.role === 'tool' || 'toolCalls' in message)).toBe(false)
    expect(messages[2]).toMatchObject({ role: 'assistant', content: expect.stringContaining('"query":"2"') })
    const told = messages[3]?.content
    if (given !== undefined) expect(told).toContain('[[ ## tool_call_results ## ]]\n[{')
    else expect(messages).toHaveLength(4)
  })
})

describe('reasoning', () => {
  const task = signature('question -> why: Reasoning, answer', { instructions: 'Do it.' })
  const text = '[[ ## answer ## ]]\n4'

  test('is taken from the thoughts of the answer, and not asked for where the model tells them', () => {
    expect(JSON.stringify(format(task, { question: 'q' }).messages)).not.toContain('why')
    expect(parse(task, { text, reasoning: 'two and two', finishReason: 'stop' })).toEqual({
      why: 'two and two',
      answer: '4',
    })
    expect(parse(task, { text, finishReason: 'stop' })).toEqual({ why: '', answer: '4' })
  })

  test('is a text output for every other model', () => {
    const written = `[[ ## why ## ]]\ntwo and two\n\n${text}`
    expect(JSON.stringify(format(task, { question: 'q' }, {}).messages)).toContain('{why}')
    expect(parse(task, { text: written, finishReason: 'stop' }, {})).toEqual({ why: 'two and two', answer: '4' })
    expect(parse(task, { text: written, reasoning: 'its own', finishReason: 'stop' }, {})).toMatchObject({
      why: 'its own',
    })
  })

  test('is what the answer says of it where the thoughts are empty', () => {
    const written = `[[ ## why ## ]]\ntwo and two\n\n${text}`
    expect(parse(task, { text: written, reasoning: '', finishReason: 'stop' }, {})).toMatchObject({
      why: 'two and two',
    })
  })

  test('is asked for as text where nothing else is asked for', () => {
    const alone = signature('question -> why: Reasoning')
    expect(JSON.stringify(format(alone, { question: 'q' }).messages)).toContain('{why}')
  })
})
