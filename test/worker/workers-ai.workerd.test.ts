import { describe, expect, test } from 'vitest'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import type { Env } from '../../worker/env.ts'
import { modelFrom } from '../../worker/model-from.ts'
import { workersAi } from '../../worker/models/workers-ai.ts'
import type { WorkersAiBinding } from '../../worker/models/workers-ai-binding.ts'
import { workersKv } from '../../worker/storage/workers-kv.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { failure } from '../models/failure.ts'
import { memoryNamespace } from './memory-namespace.ts'

// The answers follow the schemas of the text models at https://developers.cloudflare.com/workers-ai/models/, and its page
// on errors; none was recorded from an account.

const name = '@cf/meta/llama-3.3-70b-instruct-fp8-fast'
const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }
const usage = { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 }

const events = (...data: readonly unknown[]): ReadableStream =>
  new Response([...data.map(one => `data: ${JSON.stringify(one)}\n\n`), 'data: [DONE]\n\n'].join(''))
    .body as ReadableStream

interface Ran {
  readonly model: string
  // biome-ignore lint/suspicious/noExplicitAny: what a client sent, to be looked into by a test
  readonly inputs: any
}

/** A binding that gives the answers, whole or streamed. */
const bound = (whole: unknown, streamed: () => unknown = () => whole): WorkersAiBinding & { readonly ran: Ran[] } => {
  const ran: Ran[] = []
  return {
    ran,
    run: async (model, inputs) => {
      ran.push({ model, inputs })
      const answer = inputs.stream === true ? streamed() : whole
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}

const text = 'Paris 🗼 is the capital.'
const said = (response: string) => [
  { response, p: 'ab' },
  { response: '', usage },
]

const bindings: Record<Behavior, () => WorkersAiBinding> = {
  answers: () =>
    bound({ response: text, tool_calls: [], usage }, () =>
      events({ response: 'Paris 🗼' }, ...said(' is the capital.')),
    ),
  'is cut': () => {
    const used = { ...usage, completion_tokens: 64 }
    return bound({ response: 'Par', usage: used }, () => events({ response: 'Par' }, { response: '', usage: used }))
  },
  'is filtered': () => {
    const choice = { index: 0, finish_reason: 'content_filter' }
    return bound({ choices: [{ ...choice, message: { content: '' } }], usage }, () =>
      events({ choices: [{ ...choice, delta: { content: '' } }], usage }),
    )
  },
  fails: () => bound(new Error("5006: Error: required properties at '/' are 'prompt'")),
  hangs: () => ({ run: () => new Promise(() => {}) }),
}

describeLanguageModel('workersAi', {
  make: behavior => {
    let sent = 0
    const binding = bindings[behavior]()
    const model = workersAi(
      {
        run: (...call) => {
          sent += 1
          return binding.run(...call)
        },
      },
      name,
    )
    return { model, sent: () => sent }
  },
})

const told = async (stream: AsyncIterable<ModelEvent>) => {
  const builder = responseBuilder()
  for await (const event of stream) builder.add(event)
  return builder.response()
}

test('a model is run with the messages, the tools and a bound that does not cut', async () => {
  const binding = bound({ response: 'Paris', usage })
  await workersAi(binding, name).generate({
    ...request,
    tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
    temperature: 0,
    seed: 1,
  })
  expect(binding.ran).toEqual([
    {
      model: name,
      inputs: {
        messages: request.messages,
        max_tokens: 2048,
        temperature: 0,
        seed: 1,
        tools: [
          { type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } },
        ],
      },
    },
  ])
})

describe('what is read', () => {
  test('tool calls of either form, whole and streamed', async () => {
    const plain = { response: '', tool_calls: [{ name: 'look', arguments: { at: 1 } }], usage }
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }
    const chat = { choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }], usage }
    const chunk = {
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...call }] }, finish_reason: 'tool_calls' }],
    }
    for (const binding of [
      bound(plain, () => events(plain)),
      bound(chat, () => events(chunk, { choices: [], usage })),
    ]) {
      const whole = (await workersAi(binding, name).generate(request)).completions
      expect(whole).toMatchObject([
        { finishReason: 'tool-calls', toolCalls: [{ name: 'look', arguments: '{"at":1}' }] },
      ])
      expect((await told(workersAi(binding, name).stream(request)))?.completions).toEqual(whole)
    }
  })

  test('an answer by a schema, which comes as an object and is not streamed', async () => {
    const binding = bound({ response: { capital: 'Paris' }, usage })
    const schema = { type: 'object', properties: { capital: { type: 'string' } } }
    const asked: ModelRequest = { ...request, responseSchema: { name: 'answer', schema } }
    expect((await workersAi(binding, name).generate(asked)).completions[0].text).toBe('{"capital":"Paris"}')
    expect((await told(workersAi(binding, name).stream(asked)))?.completions[0].text).toBe('{"capital":"Paris"}')
    expect(binding.ran.map(({ inputs }) => [inputs.stream, inputs.response_format])).toEqual([
      [undefined, { type: 'json_schema', json_schema: schema }],
      [undefined, { type: 'json_schema', json_schema: schema }],
    ])
  })

  test('counts', async () => {
    const { usage: counted } = await workersAi(bound({ response: 'Paris', usage }), name).generate(request)
    expect(counted).toMatchObject({ calls: 1, attempts: 1, inputTokens: 9, outputTokens: 6 })
  })

  test('reasoning of the newer models', async () => {
    const message = { content: 'Paris', reasoning_content: 'One capital.' }
    const binding = bound({ choices: [{ message, finish_reason: 'stop' }], usage })
    expect((await workersAi(binding, name).generate(request)).completions[0].reasoning).toBe('One capital.')
  })
})

describe('failures', () => {
  test.each([
    ['5007: No such model @cf/meta/nothing or task', { code: 'model/request', status: 404, retryable: false }],
    ['AiError: 3040: Capacity temporarily exceeded, please try again.', { code: 'model/rate-limit', retryable: true }],
    [
      '3036: You have used up your daily free allocation of 10,000 neurons',
      { code: 'model/rate-limit', retryable: false },
    ],
    ['3007: Request timed out', { code: 'model/timeout', retryable: true }],
    [
      '5021: The estimated number of input tokens exceeded this model context window limit',
      { code: 'model/context-window' },
    ],
    ['5016: Prior to using this model, you must submit the prompt agree', { code: 'model/authentication' }],
    ['Network connection lost.', { code: 'model/server', retryable: true }],
  ])('%s', async (message, expected) => {
    const model = workersAi(bound(new Error(message)), name)
    const error = await failure(model.generate(request))
    expect(error).toMatchObject({ provider: 'workers-ai', model: `workers-ai/${name}`, ...expected })
    expect(await failure(told(model.stream(request)))).toMatchObject(expected)
  })

  test.each<[string, () => unknown, string]>([
    ['ends before its end mark', () => new Response('data: {"response":"Par"}\n\n').body, 'model/transport'],
    ['says nothing', () => events({ response: '', usage }), 'model/malformed'],
    ['is broken', () => new Response('data: {"response":\n\ndata: [DONE]\n\n').body, 'model/malformed'],
    ['is an error', () => new Response('{"errors":[{"message":"AiError"}]}').body, 'model/server'],
  ])('a stream that %s is no answer', async (_, streamed, code) => {
    const error = await failure(told(workersAi(bound({}, streamed), name).stream(request)))
    expect(error).toMatchObject({ code })
  })

  test('what is not safe to read is no answer', async () => {
    const hostile = JSON.parse('{"response": "x", "__proto__": {"a": 1}}')
    expect(await failure(workersAi(bound(hostile), name).generate(request))).toMatchObject({ code: 'model/malformed' })
  })
})

test('KKACHI_MODEL chooses it, and its answers are kept', async () => {
  const AI = bound({ response: 'Paris', usage })
  const env: Env = { KKACHI: memoryNamespace(), KKACHI_MODEL: `workers-ai/${name}`, AI }
  for (let call = 0; call < 2; call += 1) {
    const model = await modelFrom(env, workersKv(env.KKACHI), 'tenant')
    expect((await model.generate(request)).completions[0].text).toBe('Paris')
  }
  expect(AI.ran.map(({ model }) => model)).toEqual([name])
})
