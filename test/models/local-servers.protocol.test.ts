import { describe, expect, test } from 'vitest'
import { llamaCpp } from '../../src/models/llama-cpp.ts'
import { ollama } from '../../src/models/ollama.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { failure } from './failure.ts'
import { fixtureServer } from './fixtures/fixture-server.ts'

const server = fixtureServer(({ body }) => body.stream === true)
const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

const withoutStream = (url: string, init: RequestInit = {}): Promise<Response> =>
  server.fetch(url, { ...init, body: String(init.body).replace('"stream":true', '"stream":false') })

const told = async (events: AsyncIterable<ModelEvent>) => {
  const builder = responseBuilder()
  for await (const event of events) builder.add(event)
  return builder.response()
}

type Make = (name: string, fetch?: typeof server.fetch) => LanguageModel

const makers: readonly [string, Make][] = [
  ['ollama', (name, fetch = server.fetch) => ollama({ model: 'qwen3:4b', baseUrl: hostOf('ollama', name), fetch })],
  ['llamacpp', (name, fetch = server.fetch) => llamaCpp({ baseUrl: hostOf('llamacpp', name), fetch })],
]

const hostOf = (provider: string, name: string): string =>
  name === 'hangs' ? 'http://hangs.example/v1' : `http://${provider}.${name}.example/v1`

describe.each(makers)('%s', (provider, make) => {
  const fixtures: Partial<Record<Behavior, string>> = { answers: 'text', 'is cut': 'cut', hangs: 'hangs' }

  describeLanguageModel(provider, {
    standingOn: thing => make(thing),
    make: behavior => {
      if (behavior === 'is filtered') return undefined
      const refusal = provider === 'ollama' ? 'no-such-model' : 'bad-key'
      const model = behavior === 'fails' ? make(refusal, withoutStream) : make(fixtures[behavior] ?? '')
      return { model, sent: () => server.sent }
    },
  })

  test('thoughts and tool calls are read, whole and streamed', async () => {
    for (const name of ['thinking', 'tools']) {
      const { completions } = await make(name).generate(request)
      expect((await told(make(name).stream(request)))?.completions).toEqual(completions)
      if (name === 'thinking') {
        expect(completions).toEqual([{ text: 'Paris', reasoning: 'One capital.', finishReason: 'stop' }])
      } else {
        expect(completions[0]).toMatchObject({
          finishReason: 'tool-calls',
          toolCalls: [{ name: 'look', arguments: '{"at":1}' }],
        })
      }
    }
  })

  test('several completions are several requests, and no key is sent', async () => {
    const { completions, usage } = await make('text').generate({ ...request, n: 3, maxTokens: 9 })
    expect([completions.length, usage.calls, server.arrived.length]).toEqual([3, 3, 3])
    for (const { body, headers } of server.arrived) {
      expect(body).not.toHaveProperty('n')
      expect(body.max_tokens).toBe(9)
      expect(headers).not.toHaveProperty('authorization')
    }
  })

  test('a grammar in Lark is refused', async () => {
    const error = await failure(make('text').generate({ ...request, grammar: 'start: "a"' }))
    expect(error).toMatchObject({ code: 'model/unsupported' })
  })
})

describe('Ollama', () => {
  const model = (name: string, options: object = {}) =>
    ollama({ model: 'qwen3:4b', baseUrl: hostOf('ollama', name), fetch: server.fetch, ...options })

  test('thoughts between tags are read too, whole and streamed', async () => {
    const expected = [{ text: 'Paris', reasoning: 'One capital.', finishReason: 'stop' }]
    expect((await model('think-tags').generate(request)).completions).toEqual(expected)
    expect((await told(model('think-tags').stream(request)))?.completions).toEqual(expected)
  })

  test('a server that tells no usage leaves it at nothing', async () => {
    const { usage } = await model('no-usage').generate(request)
    expect(usage).toMatchObject({ calls: 1, inputTokens: 0, outputTokens: 0 })
    expect((await told(model('no-usage').stream(request)))?.usage).toEqual(usage)
  })

  test.each([
    [false, 'none'],
    ['high', 'high'],
    [true, undefined],
    [undefined, undefined],
  ])('think: %s asks for the effort %s, and extra wins', async (think, effort) => {
    await model('text', think === undefined ? {} : { think }).generate(request)
    await model('text', think === undefined ? {} : { think }).generate({
      ...request,
      extra: { reasoning_effort: 'low' },
    })
    expect(server.arrived.map(({ body }) => body.reasoning_effort)).toEqual([effort, 'low'])
  })

  test('how it thinks is part of its identity', async () => {
    const identities = [{}, { think: false }, { think: 'high' }].map(options => model('text', options).identity?.())
    expect(new Set(await Promise.all(identities)).size).toBe(3)
  })

  test('what was not pulled says so', async () => {
    const error = await failure(model('no-such-model').generate(request))
    expect(error).toMatchObject({ code: 'model/request', status: 404, provider: 'ollama' })
    expect(error.message).toContain('try pulling it first')
  })
})

describe('llama.cpp', () => {
  const model = (name: string, options: object = {}) =>
    llamaCpp({ baseUrl: hostOf('llamacpp', name), fetch: server.fetch, ...options })

  test.each([
    ['too-long', { code: 'model/context-window' }],
    ['loading', { code: 'model/server', retryable: true }],
    ['bad-key', { code: 'model/authentication' }],
  ])('%s', async (name, expected) => {
    expect(await failure(model(name).generate(request))).toMatchObject({ provider: 'llamacpp', ...expected })
  })

  test('a tool choice by name is that tool alone, required', async () => {
    const tools = ['look', 'time'].map(name => ({ name, parameters: { type: 'object' } }))
    await model('tools').generate({ ...request, tools, toolChoice: { name: 'look' } })
    expect(server.arrived[0]?.body).toMatchObject({
      tool_choice: 'required',
      tools: [{ function: { name: 'look' } }],
    })
  })

  test('think, a grammar of its own and a schema reach the server', async () => {
    await model('text', { think: false }).generate({ ...request, extra: { grammar: 'root ::= "Paris"' } })
    await model('text').generate({ ...request, responseSchema: { name: 'answer', schema: { type: 'object' } } })
    const [first, second] = server.arrived.map(({ body }) => body)
    expect(first).toMatchObject({ grammar: 'root ::= "Paris"', chat_template_kwargs: { enable_thinking: false } })
    expect(second.response_format.json_schema.schema).toEqual({ type: 'object' })
  })
})
