import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../src/models/ai-sdk.ts'
import type { AiSdkModel } from '../../src/models/ai-sdk-model.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { failure } from './failure.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

const usage = {
  inputTokens: { total: 9, noCache: 4, cacheRead: 5, cacheWrite: undefined },
  outputTokens: { total: 6, text: 4, reasoning: 2 },
}

const finish = (unified: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other') => ({
  unified,
  raw: unified,
})

const streamOf = (parts: readonly LanguageModelV4StreamPart[]) =>
  new ReadableStream<LanguageModelV4StreamPart>({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })

interface Said {
  readonly text?: string
  readonly reason?: Parameters<typeof finish>[0]
  readonly parts?: readonly LanguageModelV4StreamPart[]
}

/** A model by the SDK's own types, made by hand. */
const sdkModel = (
  { text = 'Paris 🗼 is the capital.', reason = 'stop', parts }: Said = {},
  seen: LanguageModelV4CallOptions[] = [],
): LanguageModelV4 => ({
  specificationVersion: 'v4',
  provider: 'maker.chat',
  modelId: 'm',
  supportedUrls: {},
  async doGenerate(options) {
    seen.push(options)
    return { content: [{ type: 'text', text }], finishReason: finish(reason), usage, warnings: [] }
  },
  async doStream(options) {
    seen.push(options)
    const said: LanguageModelV4StreamPart[] = [
      { type: 'stream-start', warnings: [] },
      { type: 'text-start', id: '0' },
      ...[text.slice(0, 5), text.slice(5)].map(delta => ({ type: 'text-delta' as const, id: '0', delta })),
      { type: 'text-end', id: '0' },
      { type: 'finish', usage, finishReason: finish(reason) },
    ]
    return { stream: streamOf(parts ?? said) }
  },
})

const said: Partial<Record<Behavior, Said>> = {
  answers: {},
  'is cut': { text: 'Par', reason: 'length' },
  'is filtered': { text: '', reason: 'content-filter' },
}

const apiCallError = (fields: object): Error =>
  Object.assign(new Error('Failed.'), { name: 'AI_APICallError', url: 'https://x.example?key=k', ...fields })

const failing = (error: unknown): AiSdkModel => ({
  ...sdkModel(),
  doGenerate: () => Promise.reject(error),
  doStream: () => Promise.reject(error),
})

describeLanguageModel('aiSdk', {
  make: behavior => {
    if (behavior === 'fails') return { model: aiSdk(failing(apiCallError({ statusCode: 400 }))) }
    let sent = 0
    const inner = sdkModel(said[behavior])
    const never = <T>(): Promise<T> => new Promise(() => {})
    const model = aiSdk({
      ...inner,
      doGenerate: options => {
        sent += 1
        return behavior === 'hangs' ? never() : inner.doGenerate(options as never)
      },
      doStream: options => {
        sent += 1
        return behavior === 'hangs' ? never() : inner.doStream(options as never)
      },
    })
    return { model, sent: () => sent }
  },
})

const told = async (model: LanguageModel, asked: ModelRequest = request) => {
  const builder = responseBuilder()
  const events: ModelEvent[] = []
  for await (const event of model.stream(asked)) {
    builder.add(event)
    events.push(event)
  }
  return { events, response: builder.response() }
}

test('a request is the call that the specification describes', async () => {
  const seen: LanguageModelV4CallOptions[] = []
  await aiSdk(sdkModel({}, seen)).generate({
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'image', url: 'data:image/png;base64,iVBORw0=' },
          { type: 'image', url: 'https://example.com/a.jpg' },
          { type: 'audio', data: 'AAAA', format: 'mp3' },
          { type: 'file', name: 'a.pdf', data: 'data:application/pdf;base64,JVBERi0=' },
        ],
      },
      { role: 'assistant', content: 'Let me look.', toolCalls: [{ id: 't1', name: 'look', arguments: '{"at":1}' }] },
      { role: 'tool', toolCallId: 't1', content: 'a tower' },
    ],
    tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
    toolChoice: { name: 'look' },
    responseSchema: { name: 'answer', schema: { type: 'object' } },
    temperature: 0,
    topP: 0.5,
    maxTokens: 9,
    stop: ['END'],
    seed: 3,
    frequencyPenalty: 1,
    presencePenalty: 1,
    extra: { providerOptions: { maker: { fast: true } }, temperature: 2 },
  })
  const [{ abortSignal, ...call } = {} as LanguageModelV4CallOptions] = seen
  expect(abortSignal?.aborted).toBe(false)
  expect(call).toEqual({
    prompt: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'iVBORw0=' } },
          { type: 'file', mediaType: 'image/*', data: { type: 'url', url: new URL('https://example.com/a.jpg') } },
          { type: 'file', mediaType: 'audio/mpeg', data: { type: 'data', data: 'AAAA' } },
          { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf', data: { type: 'data', data: 'JVBERi0=' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool-call', toolCallId: 't1', toolName: 'look', input: { at: 1 } },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', toolCallId: 't1', toolName: 'look', output: { type: 'text', value: 'a tower' } },
        ],
      },
    ],
    tools: [{ type: 'function', name: 'look', description: 'Looks.', inputSchema: { type: 'object' } }],
    toolChoice: { type: 'tool', toolName: 'look' },
    responseFormat: { type: 'json', name: 'answer', schema: { type: 'object' } },
    temperature: 0,
    topP: 0.5,
    maxOutputTokens: 9,
    stopSequences: ['END'],
    seed: 3,
    frequencyPenalty: 1,
    presencePenalty: 1,
    providerOptions: { maker: { fast: true } },
  })
})

test('its id is of provider and model, and usage tells reasoning and cache', async () => {
  const model = aiSdk(sdkModel())
  expect(model.id).toBe('maker/m')
  expect((await model.generate(request)).usage).toEqual({
    ...{ calls: 1, cachedCalls: 0, attempts: 1, inputTokens: 9, outputTokens: 6, reasoningTokens: 2 },
    cacheReadTokens: 5,
  })
})

describe('older versions of the specification', () => {
  test('version 2 has plain counts and reasons, and untagged data', async () => {
    let asked: unknown
    const old: AiSdkModel = {
      ...sdkModel(),
      specificationVersion: 'v2',
      doGenerate: async call => {
        asked = call.prompt
        return {
          content: [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'tool-call', toolCallId: 'a', toolName: 'look', input: '{}' },
          ],
          finishReason: 'tool-calls',
          usage: { inputTokens: 3, outputTokens: 2, reasoningTokens: 1, cachedInputTokens: undefined },
        }
      },
    }
    const content = [{ type: 'image', url: 'data:image/png;base64,AA==' }] as const
    const { completions, usage } = await aiSdk(old).generate({ messages: [{ role: 'user', content }] })
    expect(asked).toEqual([{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: 'AA==' }] }])
    expect(completions[0]).toEqual({
      text: '',
      reasoning: 'Hm.',
      finishReason: 'tool-calls',
      toolCalls: [{ id: 'a', name: 'look', arguments: '{}' }],
    })
    expect(usage).toMatchObject({ inputTokens: 3, outputTokens: 2, reasoningTokens: 1 })
  })
})

describe('streams', () => {
  const look = { toolCallId: 'a', toolName: 'look' }

  test('a tool call is told once, in pieces where it comes in pieces', async () => {
    const parts: LanguageModelV4StreamPart[] = [
      { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
      { type: 'tool-input-start', id: 'a', toolName: 'look' },
      { type: 'tool-input-delta', id: 'a', delta: '{"at"' },
      { type: 'tool-input-delta', id: 'a', delta: ':1}' },
      { type: 'tool-input-end', id: 'a' },
      { type: 'tool-call', ...look, input: '{"at":1}' },
      { type: 'tool-call', toolCallId: 'b', toolName: 'look', input: '{"at":2}' },
      { type: 'ping' },
      { type: 'finish', usage, finishReason: finish('stop') },
    ]
    const { response } = await told(aiSdk(sdkModel({ parts })))
    expect(response?.completions).toEqual([
      {
        text: '',
        reasoning: 'Hm.',
        finishReason: 'tool-calls',
        toolCalls: [
          { id: 'a', name: 'look', arguments: '{"at":1}' },
          { id: 'b', name: 'look', arguments: '{"at":2}' },
        ],
      },
    ])
  })

  test('one that ends without its finish is cut, an error in it is typed', async () => {
    const cut = aiSdk(sdkModel({ parts: [{ type: 'text-delta', id: '0', delta: 'Par' }] }))
    expect(await failure(told(cut))).toMatchObject({ code: 'model/transport' })
    const error = apiCallError({ statusCode: 529, responseBody: '{"error":{"message":"Overloaded"}}' })
    const broken = aiSdk(sdkModel({ parts: [{ type: 'error', error }] }))
    expect(await failure(told(broken))).toMatchObject({ code: 'model/server', status: 529 })
  })

  test('one that is left is cancelled', async () => {
    let cancelled = false
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      start: controller => controller.enqueue({ type: 'text-delta', id: '0', delta: 'Par' }),
      cancel: () => {
        cancelled = true
      },
    })
    for await (const event of aiSdk({ ...sdkModel(), doStream: async () => ({ stream }) }).stream(request)) {
      expect(event.type).toBe('text')
      break
    }
    expect(cancelled).toBe(true)
  })
})

describe('failures', () => {
  test.each([
    [{ statusCode: 401 }, { code: 'model/authentication' }],
    [
      { statusCode: 429, responseHeaders: { 'retry-after': '3' } },
      { code: 'model/rate-limit', retryAfterMs: 3000 },
    ],
    [{ statusCode: 503 }, { code: 'model/server', retryable: true }],
    [{}, { code: 'model/transport', retryable: true }],
    [{ name: 'AI_LoadAPIKeyError' }, { code: 'model/authentication', retryable: false }],
    [{ name: 'AI_UnsupportedFunctionalityError' }, { code: 'model/unsupported' }],
    [{ name: 'AI_JSONParseError' }, { code: 'model/malformed' }],
    [{ name: 'constructor' }, { code: 'model/transport' }],
  ])('%j', async (fields, expected) => {
    const model = aiSdk(failing(apiCallError(fields)))
    expect(await failure(model.generate(request))).toMatchObject({ provider: 'maker', model: 'maker/m', ...expected })
    expect(await failure(told(model))).toMatchObject(expected)
  })

  test('no error holds the key, the prompt or the address', async () => {
    const key = 'secret-0123456789'
    const fields = { statusCode: 400, responseBody: `{"error":{"message":"bad ${key} for Capital of France?"}}` }
    const error = await failure(
      aiSdk(failing(apiCallError({ ...fields, requestBodyValues: request })), { secrets: [key] }).generate(request),
    )
    const everything = `${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.cause)}`
    for (const word of [key, 'Capital of France?', 'x.example']) expect(everything).not.toContain(word)
  })

  test.each<[string, Partial<ModelRequest>]>([
    ['a grammar', { grammar: 'start: "a"' }],
    ['log probabilities', { topLogprobs: 2 }],
    ['a file by its id', { messages: [{ role: 'user', content: [{ type: 'file', fileId: 'f' }] }] }],
  ])('%s cannot be asked for', async (_, asked) => {
    expect(await failure(aiSdk(sdkModel()).generate({ ...request, ...asked }))).toMatchObject({
      code: 'model/unsupported',
    })
  })

  test('warnings are told to who listens', async () => {
    const warnings: object[] = []
    const warning = { type: 'unsupported', feature: 'seed' } as const
    const inner = sdkModel()
    const model = aiSdk(
      {
        ...inner,
        doGenerate: async options => ({ ...(await inner.doGenerate(options as never)), warnings: [warning] }),
      },
      { onWarning: one => warnings.push(one) },
    )
    await model.generate({ ...request, seed: 1 })
    expect(warnings).toEqual([warning])
  })
})
