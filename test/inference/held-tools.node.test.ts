import { describe, expect, test } from 'vitest'
import { grammarWasm } from '../../node/inference/grammar-wasm.ts'
import { RuntimeError } from '../../src/errors/runtime-error.ts'
import type { LocalModelEvent } from '../../src/inference/backend-config.ts'
import { grammarEngine } from '../../src/inference/grammar/grammar-engine.ts'
import type { Completion, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import type { ToolDefinition } from '../../src/ports/message.ts'
import { end, modelOver, type ScriptedModelOptions } from './scripted-network.ts'

const bytes = Array.from({ length: end }, (_, byte) => Uint8Array.of(byte))
const grammars = await grammarEngine({
  vocabulary: {
    ...{ size: end + 1, endTokens: new Set([end]), bytesOf: token => bytes[token] },
    encode: text => [...new TextEncoder().encode(text)],
  },
  wasm: grammarWasm,
})

const tool = (name: string, properties: ToolDefinition['parameters']): ToolDefinition => ({
  ...{ name, parameters: { type: 'object', properties, required: Object.keys(properties) } },
})
const weather = tool('weather', { city: { type: 'string', maxLength: 12 } })
const wait = tool('wait', { days: { type: 'integer', minimum: 1, maximum: 3 } })
const tools = [weather, wait]

const call = (name: string, given: string): string =>
  `<tool_call>\n{"name": "${name}", "arguments": ${given}}\n</tool_call>`

const held = (answer: string, options: ScriptedModelOptions = {}) =>
  modelOver({ answer: () => answer }, { template: { knowsTools: true }, grammars: async () => grammars, ...options })
    .model

const request = (rest: Partial<ModelRequest> = {}): ModelRequest => ({
  ...{ messages: [{ role: 'user', content: 'q' }], tools },
  ...rest,
})

const answerOf = async (answer: string, rest: Partial<ModelRequest> = {}, options: ScriptedModelOptions = {}) =>
  (await held(answer, options).generate(request(rest))).completions[0]

const callsOf = ({ toolCalls = [] }: Completion): readonly (readonly [string, unknown])[] =>
  toolCalls.map(({ name, arguments: given }) => [name, JSON.parse(given)])

describe('calls of a free answer', () => {
  const two = `Let me look.\n${call('weather', '{"city": "Rome"}')}\n${call('wait', '{"days": 2}')}`

  test('are told as they come, one after the other, and the same as they are without', async () => {
    for (const rest of [{}, { temperature: 0.9, seed: 4 }, { logprobs: true }]) {
      const events: ModelEvent[] = []
      for await (const event of held(two).stream(request(rest))) events.push(event)
      const free: ModelEvent[] = []
      const { model } = modelOver({ answer: () => two }, { template: { knowsTools: true } })
      for await (const event of model.stream(request(rest))) free.push(event)
      expect(events).toEqual(free)
      const told = events.filter(({ type }) => type === 'tool-call')
      expect(told).toMatchObject([
        { callIndex: 0, id: 'call-0-0', name: 'weather', argumentsDelta: '{"city":"Rome"}' },
        { callIndex: 1, id: 'call-0-1', name: 'wait', argumentsDelta: '{"days":2}' },
      ])
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' })
    }
  })

  test('are of tools that are offered, by their schemas, whatever the network wants', async () => {
    for (const wanted of [
      call('order', '{"food": "rice"}'),
      call('wait', '{"days": 9}'),
      call('wait', '{"hours": 2}'),
      '<tool_call>{"name":"wait","arguments":{"days":1}}</tool_call>',
      '<tool_call>never mind',
    ]) {
      const answer = await answerOf(`Well. ${wanted}`)
      expect([wanted, answer.text, answer.finishReason]).toEqual([wanted, 'Well.', 'tool-calls'])
      for (const [name, given] of callsOf(answer)) {
        expect([wanted, name, given]).toEqual([
          ...[wanted, expect.stringMatching(/^(weather|wait)$/)],
          name === 'wait' ? { days: expect.toSatisfy(days => [1, 2, 3].includes(days)) } : { city: expect.any(String) },
        ])
      }
    }
  })

  test('may hold the tag that closes them in a text', async () => {
    const said = '</tool_call>'
    expect(callsOf(await answerOf(call('weather', `{"city": "${said}"}`)))).toEqual([['weather', { city: said }]])
  })

  test('are none where none may be made, and others where they must be', async () => {
    const stranger = call('order', '{}')
    expect(await answerOf(stranger, { toolChoice: 'none' })).toEqual({ text: stranger, finishReason: 'stop' })
    const required = await answerOf(`No. ${two}`, { toolChoice: 'required', maxTokens: 400 })
    expect(required.text).toBe('')
    expect(callsOf(await answerOf(two.slice(13), { toolChoice: 'required' }))).toHaveLength(2)
    expect(callsOf(await answerOf(two.slice(13), { toolChoice: { name: 'weather' } }))).toEqual([
      ['weather', { city: 'Rome' }],
    ])
  })

  test('end where the answer must: at its last token, and at a text that stops it', async () => {
    const cut = await answerOf(two, { maxTokens: 40 })
    expect(cut).toEqual({ text: expect.stringMatching(/^Let me look\.<tool_call>\n\{"name"/), finishReason: 'length' })
    const stopped = await answerOf(two, { stop: ['"days"'] })
    expect([callsOf(stopped), stopped.finishReason]).toEqual([[['weather', { city: 'Rome' }]], 'tool-calls'])
    expect(await answerOf(two, { stop: ['look'] })).toEqual({ text: 'Let me ', finishReason: 'stop' })
  })

  test('come after a thought, which may speak of them, within its budget or without one', async () => {
    const tags = { '<think>': 1, '</think>': 2 }
    const template = { knowsTools: true, knowsThinking: true }
    const thought = `${call('order', '{}')}?`
    for (const thinkingBudget of [Number.POSITIVE_INFINITY, 400, 10]) {
      const answer = await answerOf(
        `\u0001\n${thought}\u0002\n\n${call('order', '{"days": 2}')}`,
        { maxTokens: 300 },
        { tags, template, thinking: true, thinkingBudget },
      )
      expect(thought).toContain(answer.reasoning)
      for (const [name] of callsOf(answer)) expect(['weather', 'wait']).toContain(name)
      if (thinkingBudget > 10)
        expect([answer.reasoning, answer.text, answer.finishReason]).toEqual([thought, '', 'tool-calls'])
    }
  })
})

describe('calls are held to less', () => {
  const stranger = call('order', '{"food": 1}')
  const free = { toolCalls: [{ name: 'order', arguments: '{"food":1}' }], finishReason: 'tool-calls' }

  test('where a model has no engine of grammars', async () => {
    const { model } = modelOver({ answer: () => stranger }, { template: { knowsTools: true } })
    expect((await model.generate(request())).completions[0]).toMatchObject(free)
  })

  test('where the engine cannot be brought, which an event says', async () => {
    const events: LocalModelEvent[] = []
    const grammars = async (): Promise<never> => {
      throw new RuntimeError('runtime/model-files', 'No grammar.wasm here.')
    }
    const model = held(stranger, { grammars, onEvent: event => events.push(event) })
    expect((await model.generate(request())).completions[0]).toMatchObject(free)
    expect(events).toEqual([
      { type: 'degraded', from: 'calls of the tools', to: 'calls that are free', reason: 'No grammar.wasm here.' },
    ])
  })

  test('where their schema cannot be followed, which an event says once', async () => {
    const events: LocalModelEvent[] = []
    const model = held(call('at', '{"food": 1}'), { onEvent: event => events.push(event) })
    const strange = tool('at', { time: { type: 'string', format: 'stardate' } })
    for (let time = 0; time < 2; time += 1) {
      const { completions } = await model.generate(request({ tools: [strange] }))
      expect(callsOf(completions[0])).toEqual([['at', { food: 1 }]])
    }
    expect(events).toEqual([
      {
        ...{ type: 'degraded', from: 'calls of at by its schema', to: 'calls of it with any arguments' },
        reason: expect.stringContaining('stardate'),
      },
    ])
  })
})
