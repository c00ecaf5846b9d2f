import { describe, expect, test } from 'vitest'
import type { Grammar, GrammarEngine, TokenConstraint } from '../../src/inference/token-constraint.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { end, modelOver } from './scripted-network.ts'

const tools = [{ name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }]
const ask = (rest: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [{ role: 'user', content: 'q' }],
  ...rest,
})

/** An engine whose only answer is a text, whatever the grammar; it remembers the grammars. */
const only = (text: string) => {
  const asked: Grammar[] = []
  const bytes = [...new TextEncoder().encode(text), end]
  const engine: GrammarEngine = {
    constraint(grammar): TokenConstraint {
      asked.push(grammar)
      let at = 0
      return {
        prepare() {},
        mask(logits) {
          const allowed = logits[bytes[at] ?? end] ?? 0
          logits.fill(Number.NEGATIVE_INFINITY)
          logits[bytes[at] ?? end] = allowed
        },
        accept() {
          at += 1
        },
        forced: () => [],
        get ended() {
          return at >= bytes.length
        },
        free() {},
      }
    },
    free() {},
  }
  return { asked, grammars: async () => engine }
}

describe('tool calls', () => {
  const answer = () => 'Let me look.\n<tool_call>\n{"name": "weather", "arguments": {"city": "Seoul"}}\n</tool_call>'
  const template = { knowsTools: true }

  test('are calls of the port, whole and told as they come', async () => {
    const { model } = modelOver({ answer }, { template })
    const call = { id: 'call-0-0', name: 'weather', arguments: '{"city":"Seoul"}' }
    const { completions } = await model.generate(ask({ tools }))
    expect(completions).toEqual([{ text: 'Let me look.', toolCalls: [call], finishReason: 'tool-calls' }])
    const events: ModelEvent[] = []
    for await (const event of model.stream(ask({ tools }))) events.push(event)
    expect(events.find(({ type }) => type === 'tool-call')).toEqual({
      ...{ type: 'tool-call', index: 0, callIndex: 0, id: 'call-0-0', name: 'weather' },
      argumentsDelta: '{"city":"Seoul"}',
    })
    expect(events.at(-1)).toEqual({ type: 'finish', index: 0, reason: 'tool-calls' })
  })

  test('are text where nobody offered tools, or none may be called', async () => {
    const { model } = modelOver({ answer }, { template })
    for (const request of [ask(), ask({ tools, toolChoice: 'none' })]) {
      expect((await model.generate(request)).completions[0]).toEqual({ text: answer(), finishReason: 'stop' })
    }
  })

  test('are refused where the template names none', async () => {
    await expect(modelOver({ answer }).model.generate(ask({ tools }))).rejects.toMatchObject({
      code: 'model/unsupported',
    })
  })

  test('that must be made are a grammar', async () => {
    const { asked, grammars } = only('<tool_call>\n{"name": "weather", "arguments": {}}\n</tool_call>')
    const { model } = modelOver({ answer: () => 'no' }, { template, grammars })
    const { completions } = await model.generate(ask({ tools, toolChoice: { name: 'weather' } }))
    expect(completions[0]).toMatchObject({ toolCalls: [{ name: 'weather', arguments: '{}' }], text: '' })
    expect(asked[0]).toMatchObject({ kind: 'lark', text: expect.stringContaining('weather') })
  })

  test('that may be made are a grammar beside the one that was asked for, after the thought', async () => {
    const { asked, grammars } = only('<tool_call>\n{"name": "weather", "arguments": {}}\n</tool_call>')
    const thinks = { knowsTools: true, knowsThinking: true }
    const settings = {
      template: thinks,
      grammars,
      tags: { '<think>': 1, '</think>': 2 },
      thinking: true,
      thinkingBudget: 3,
    }
    const { model } = modelOver({ answer: () => 'no' }, settings)
    const { completions } = await model.generate(ask({ tools, grammar: 'start: "yes"' }))
    expect(completions[0]).toMatchObject({ reasoning: expect.anything(), toolCalls: [{ name: 'weather' }], text: '' })
    expect(asked[0]).toMatchObject({ kind: 'lark', text: expect.stringContaining('start: "yes"') })
  })
})

describe('a grammar', () => {
  test('is obeyed, a schema too', async () => {
    const { asked, grammars } = only('{"a": 1}')
    const { model } = modelOver({ answer: () => 'free' }, { grammars })
    const schema = { type: 'object' }
    expect((await model.generate(ask({ responseSchema: { name: 's', schema } }))).completions[0].text).toBe('{"a": 1}')
    expect((await model.generate(ask({ grammar: 'start: "x"' }))).completions[0].text).toBe('{"a": 1}')
    expect([asked[0], asked.at(-1)]).toEqual([
      { kind: 'json-schema', schema },
      { kind: 'lark', text: 'start: "x"' },
    ])
  })
})

describe('a thought', () => {
  const template = { knowsThinking: true, write: () => 'q>' }
  /** The one token of the tags, in bytes that no text here has. */
  const tags = { '<think>': 1, '</think>': 2 }
  const answer = () => '\u0001Hm, well, let me see.\u0002Paris'

  test('is apart from the answer, and counted', async () => {
    const { model } = modelOver({ answer }, { template, thinking: true, tags })
    const { completions, usage } = await model.generate(ask())
    expect(completions[0]).toEqual({ reasoning: 'Hm, well, let me see.', text: 'Paris', finishReason: 'stop' })
    expect(usage.reasoningTokens).toBe('Hm, well, let me see.'.length + 1)
  })

  test('is closed when its budget is spent, and the answer follows', async () => {
    const { model } = modelOver({ letters: 'ab' }, { template, thinking: true, thinkingBudget: 3, tags })
    const { completions } = await model.generate(ask({ maxTokens: 12 }))
    expect(completions[0]).toMatchObject({ reasoning: 'aaa', text: expect.stringMatching(/^a+$/) })
  })

  test('comes before what a grammar says', async () => {
    const { grammars } = only('yes')
    const { model } = modelOver({ letters: 'ab' }, { template, thinking: true, thinkingBudget: 2, tags, grammars })
    const { completions } = await model.generate(ask({ grammar: 'start: "yes"' }))
    expect(completions[0]).toEqual({ reasoning: 'aa', text: 'yes', finishReason: 'stop' })
  })
})

describe('stop texts', () => {
  const template = { knowsTools: true, knowsThinking: true }

  test('end an answer in a thought, and in a call that is text then', async () => {
    const thinks = modelOver({ answer: () => '<think>\nSay 7.\n</think>\n\nseven' }, { template, thinking: true })
    expect((await thinks.model.generate(ask({ stop: ['7'] }))).completions[0]).toEqual({
      ...{ text: '', reasoning: 'Say', finishReason: 'stop' },
    })
    const calls = modelOver({ answer: () => 'I look.\n<tool_call>\n{"name": "weather"}\n</tool_call>' }, { template })
    expect((await calls.model.generate(ask({ tools, stop: ['"weather"'] }))).completions[0]).toEqual({
      ...{ text: 'I look.<tool_call>\n{"name": ', finishReason: 'stop' },
    })
  })

  test('are no part of the text, but their tokens have odds', async () => {
    const { model } = modelOver({ answer: () => 'a, b' })
    const [{ text, logprobs = [], finishReason }] = (await model.generate(ask({ stop: [', '], logprobs: true })))
      .completions
    expect([text, finishReason, logprobs.map(({ token }) => token)]).toEqual(['a', 'stop', ['a', ',', ' ']])
  })

  test('that come with the last token there is room for end an answer, what they begin with does not', async () => {
    const { model } = modelOver({ answer: () => 'abcd' })
    const answers = await Promise.all(
      [3, 2].map(async maxTokens => (await model.generate(ask({ stop: ['bc'], maxTokens }))).completions[0]),
    )
    expect(answers).toEqual([
      { text: 'a', finishReason: 'stop' },
      { text: 'ab', finishReason: 'length' },
    ])
  })
})

test.each([0, -1])('a repetition penalty of %s is refused', async repetition_penalty => {
  const { model } = modelOver()
  await expect(model.generate(ask({ extra: { repetition_penalty } }))).rejects.toMatchObject({ code: 'model/request' })
})
