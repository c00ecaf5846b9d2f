import { describe, expect, test } from 'vitest'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { failure } from './failure.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

const completion = {
  id: 'chatcmpl-1',
  model: 'm-2026',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Paris' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 1 } },
}

interface Sent {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noExplicitAny: a wire body, looked into by the assertions
  readonly body: any
}

/** A model in front of a fetch double, and what was sent to it. */
const modelAnswering = (
  answer: unknown | (() => Response | Promise<Response>),
  options: Partial<Parameters<typeof openaiCompatible>[0]> = {},
) => {
  const sent: Sent[] = []
  const model = openaiCompatible({
    model: 'm',
    apiKey: 'sk-test-0123456789',
    fetch: async (url, init) => {
      sent.push({ url, headers: { ...(init.headers as Sent['headers']) }, body: JSON.parse(String(init.body)) })
      if (typeof answer === 'function') return answer()
      return typeof answer === 'string' ? new Response(answer) : Response.json(answer)
    },
    ...options,
  })
  return { model, sent }
}

const eventStream = (...events: unknown[]): string =>
  events.map(event => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('')

const delta = (delta: object, rest: object = {}) => ({ choices: [{ index: 0, delta, ...rest }] })

const readAll = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

describe('the request', () => {
  test('goes to the completions of the base address, with or without a slash at its end', async () => {
    for (const [baseUrl, url] of [
      [undefined, 'https://api.openai.com/v1/chat/completions'],
      ['http://localhost:11434/v1', 'http://localhost:11434/v1/chat/completions'],
      ['http://localhost:11434/v1/', 'http://localhost:11434/v1/chat/completions'],
      ['https://x.example/d?api-version=2', 'https://x.example/d/chat/completions?api-version=2'],
    ] as const) {
      const { model, sent } = modelAnswering(completion, baseUrl ? { baseUrl } : {})
      await model.generate(request)
      expect(sent[0]?.url).toBe(url)
    }
  })

  test('carries the key as a bearer and the headers of the caller', async () => {
    const { model, sent } = modelAnswering(completion, { headers: { 'X-Title': 'kkachi' } })
    await model.generate(request)
    expect(sent[0]?.headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: 'Bearer sk-test-0123456789',
      'x-title': 'kkachi',
    })
  })

  test('has only what was asked for', async () => {
    const { model, sent } = modelAnswering(completion)
    await model.generate(request)
    expect(sent[0]?.body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'Capital of France?' }] })
  })

  test('has every option under its name on the wire', async () => {
    const { model, sent } = modelAnswering(completion)
    await model.generate({
      ...request,
      temperature: 0,
      topP: 0.5,
      maxTokens: 9,
      stop: ['END'],
      seed: 4,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      n: 2,
      logprobs: true,
      topLogprobs: 3,
      tools: [{ name: 'search', description: 'Finds', parameters: { type: 'object' } }],
      toolChoice: { name: 'search' },
      responseSchema: { name: 'answer', schema: { type: 'object' } },
      extra: { reasoning_effort: 'low', stream: true, temperature: 1 },
      rolloutId: 'not sent',
    })
    expect(sent[0]?.body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Capital of France?' }],
      temperature: 0,
      top_p: 0.5,
      max_completion_tokens: 9,
      stop: ['END'],
      seed: 4,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      n: 2,
      logprobs: true,
      top_logprobs: 3,
      tools: [{ type: 'function', function: { name: 'search', description: 'Finds', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'search' } },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object' }, strict: false },
      },
      reasoning_effort: 'low',
    })
  })

  test('has tool turns, images, audio and files', async () => {
    const { model, sent } = modelAnswering(completion)
    await model.generate({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', url: 'https://x.example/a.png', detail: 'low' },
            { type: 'audio', data: 'AAAA', format: 'wav' },
            { type: 'file', name: 'a.pdf', data: 'data:application/pdf;base64,AAAA' },
          ],
        },
        { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'search', arguments: '{}' }] },
        { role: 'tool', content: 'found', toolCallId: 'c1' },
      ],
    })
    expect(sent[0]?.body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'https://x.example/a.png', detail: 'low' } },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'search', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'found' },
    ])
  })

  test.each([
    ['https://api.openai.com/v1', undefined, 'max_completion_tokens'],
    ['https://x.example/v1', undefined, 'max_tokens'],
    ['https://x.example/v1', 'max_completion_tokens', 'max_completion_tokens'],
  ] as const)('at %s, told %s, the output limit goes as %s', async (baseUrl, maxTokensField, field) => {
    const { model, sent } = modelAnswering(completion, { baseUrl, ...(maxTokensField ? { maxTokensField } : {}) })
    await model.generate({ ...request, maxTokens: 5 })
    expect(sent[0]?.body).toHaveProperty(field, 5)
  })

  test('with a grammar is refused before anything is sent', async () => {
    const { model, sent } = modelAnswering(completion)
    expect(await failure(model.generate({ ...request, grammar: 'start: "a"' }))).toMatchObject({
      code: 'model/unsupported',
    })
    expect(sent).toEqual([])
  })
})

describe('the settings', () => {
  test.each([
    ['a user name in the address', { baseUrl: 'https://me:hunter2@x.example/v1' }],
    ['an address that is none', { baseUrl: 'not an address' }],
    ['an address of a file', { baseUrl: 'file:///v1' }],
    ['a key with a line break', { apiKey: 'hunter2\n' }],
    ['a header with a line break', { headers: { 'x-key': 'hunter2\r\nx: y' } }],
  ])('%s is refused without being quoted', (_, options) => {
    const attempt = () => openaiCompatible({ model: 'm', ...options })
    expect(attempt).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
    expect(attempt).not.toThrow('hunter2')
  })

  test('the id names provider and model', () => {
    expect(openaiCompatible({ model: 'gpt-4o-mini' }).id).toBe('openai/gpt-4o-mini')
    expect(openaiCompatible({ model: 'qwen3', provider: 'ollama' }).id).toBe('ollama/qwen3')
  })
})

describe('the answer', () => {
  test('comes with usage, request id and the name of the model', async () => {
    const { model } = modelAnswering(completion)
    expect(await model.generate(request)).toEqual({
      completions: [{ text: 'Paris', finishReason: 'stop' }],
      usage: { calls: 1, cachedCalls: 0, attempts: 1, inputTokens: 7, outputTokens: 3, reasoningTokens: 1 },
      requestId: 'chatcmpl-1',
      modelName: 'm-2026',
    })
  })

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
    ['tool_calls', 'tool-calls'],
    ['something new', 'other'],
  ])('finish reason %s is %s', async (finish_reason, finishReason) => {
    const { model } = modelAnswering({ choices: [{ message: { content: 'x' }, finish_reason }] })
    expect((await model.generate(request)).completions[0].finishReason).toBe(finishReason)
  })

  test('has reasoning, tool calls and log probabilities', async () => {
    const { model } = modelAnswering({
      choices: [
        {
          message: {
            content: null,
            reasoning_content: 'think',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'search', arguments: '{"q":"x"}' } }],
          },
          logprobs: { content: [{ token: 'a', logprob: -0.5, top_logprobs: [{ token: 'b', logprob: -1 }] }] },
          finish_reason: 'stop',
        },
      ],
    })
    expect((await model.generate(request)).completions[0]).toEqual({
      text: '',
      reasoning: 'think',
      finishReason: 'tool-calls',
      toolCalls: [{ id: 'c1', name: 'search', arguments: '{"q":"x"}' }],
      logprobs: [{ token: 'a', logprob: -0.5, top: [{ token: 'b', logprob: -1 }] }],
    })
  })

  test('a refusal is a filtered answer', async () => {
    const { model } = modelAnswering({
      choices: [{ message: { content: null, refusal: 'No.' }, finish_reason: 'stop' }],
    })
    expect((await model.generate(request)).completions[0]).toEqual({ text: 'No.', finishReason: 'content-filter' })
  })

  test('has as many completions as the provider drew', async () => {
    const choice = (content: string, index: number) => ({ index, message: { content }, finish_reason: 'stop' })
    const { model } = modelAnswering({ choices: [choice('a', 0), choice('b', 1)] })
    expect((await model.generate({ ...request, n: 2 })).completions.map(({ text }) => text)).toEqual(['a', 'b'])
  })

  test.each(['length', 'content_filter'])('may be empty when it ended by %s', async finish_reason => {
    const { model } = modelAnswering({ choices: [{ message: { content: null }, finish_reason }] })
    expect((await model.generate(request)).completions[0].text).toBe('')
  })

  test('may have empty completions beside one that says something', async () => {
    const choice = (content: string, index: number) => ({ index, message: { content }, finish_reason: 'stop' })
    const { model } = modelAnswering({ choices: [choice('', 0), choice('b', 1)] })
    expect((await model.generate({ ...request, n: 2 })).completions.map(({ text }) => text)).toEqual(['', 'b'])
  })

  test('a wrong content type does not matter', async () => {
    const { model } = modelAnswering(JSON.stringify(completion))
    expect((await model.generate(request)).completions[0].text).toBe('Paris')
  })
})

describe('what is not an answer', () => {
  test.each([
    ['an HTML page', '<!doctype html><p>Sign in</p>', 'model/malformed', true],
    ['cut JSON', '{"choices": [{"mess', 'model/malformed', true],
    ['an empty body', '', 'model/malformed', true],
    ['no choices', { choices: [] }, 'model/malformed', true],
    ['a number', '5', 'model/malformed', true],
    ['null content', { choices: [{ message: { content: null }, finish_reason: 'stop' }] }, 'model/malformed', true],
    ['empty content', { choices: [{ message: { content: '' }, finish_reason: 'stop' }] }, 'model/malformed', true],
    ['a key that reaches a prototype', '{"__proto__": {}, "choices": []}', 'model/malformed', false],
    ['JSON nested too deep', '['.repeat(100_000) + ']'.repeat(100_000), 'model/malformed', false],
    ['an error object', { error: { message: 'overloaded', type: 'server_error' } }, 'model/server', true],
    ['an error object with a status', { error: { message: 'slow', code: 429 } }, 'model/rate-limit', true],
    [
      'a choice that failed',
      { choices: [{ message: { content: 'x' }, finish_reason: 'error' }] },
      'model/server',
      true,
    ],
  ])('%s in a 200', async (_, body, code, retryable) => {
    const { model } = modelAnswering(body)
    expect(await failure(model.generate(request))).toMatchObject({ code, retryable, status: 200, attempts: 1 })
    expect(await failure(readAll(model.stream(request)))).toMatchObject({ code, retryable })
  })

  test('bytes that are not UTF-8', async () => {
    const { model } = modelAnswering(() => new Response(new Uint8Array([0x7b, 0xff, 0x7d])))
    expect(await failure(model.generate(request))).toMatchObject({ code: 'model/malformed' })
  })

  test('more bytes than allowed are not read to their end', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(1024).fill(32))
      },
    })
    const { model } = modelAnswering(() => new Response(endless), { maxResponseBytes: 10_000 })
    expect(await failure(model.generate(request))).toMatchObject({ code: 'model/malformed', retryable: false })
    expect(pulled).toBeLessThan(20)
  })

  test.each([
    [400, { error: { message: 'bad', type: 'invalid_request_error' } }, 'model/request', false],
    [400, { error: { message: 'too long', code: 'context_length_exceeded' } }, 'model/context-window', false],
    [400, { error: { message: 'flagged', code: 'content_filter' } }, 'model/filtered', false],
    [401, { error: { message: 'no' } }, 'model/authentication', false],
    [403, 'forbidden', 'model/authentication', false],
    [404, { detail: 'no such model' }, 'model/request', false],
    [408, '', 'model/timeout', true],
    [409, '', 'model/server', true],
    [422, { detail: [{ msg: 'x' }] }, 'model/request', false],
    [429, { error: { message: 'slow down' } }, 'model/rate-limit', true],
    [429, { error: { message: 'pay', code: 'insufficient_quota' } }, 'model/rate-limit', false],
    [500, '<html>', 'model/server', true],
    [500, [{ error: { message: 'the request exceeds the available context size' } }], 'model/context-window', false],
    [503, { message: 'busy' }, 'model/server', true],
    [504, '', 'model/timeout', true],
    [302, '', 'model/request', false],
  ])('status %d saying %j is %s', async (status, body, code, retryable) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const { model } = modelAnswering(() => new Response(text, { status, headers: { 'x-request-id': 'r1' } }))
    expect(await failure(model.generate(request))).toMatchObject({ code, retryable, status, requestId: 'r1' })
  })

  test.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:01:10 GMT' }, 10_000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:10 GMT' }, 0],
    [{ 'retry-after-ms': '70', 'retry-after': '2' }, 70],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
  ])('waiting time %j is %s ms', async (headers, retryAfterMs) => {
    const { model } = modelAnswering(() => new Response('', { status: 429, headers }), { clock: testClock(60_000) })
    expect((await failure(model.generate(request))).retryAfterMs).toBe(retryAfterMs)
  })
})

describe('the stream', () => {
  const chunks = [
    delta({ role: 'assistant', content: '' }),
    delta({ reasoning_content: 'hm' }),
    delta({ content: 'Pa' }),
    delta({ content: 'ris' }),
    delta({}, { finish_reason: 'stop' }),
    { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } },
  ]

  test('asks for usage and tells text, usage and finish', async () => {
    const { model, sent } = modelAnswering(eventStream(...chunks, '[DONE]'))
    expect(await readAll(model.stream(request))).toEqual([
      { type: 'reasoning', index: 0, delta: 'hm' },
      { type: 'text', index: 0, delta: 'Pa' },
      { type: 'text', index: 0, delta: 'ris' },
      {
        type: 'usage',
        usage: { calls: 1, cachedCalls: 0, attempts: 1, inputTokens: 7, outputTokens: 2, reasoningTokens: 0 },
      },
      { type: 'finish', index: 0, reason: 'stop' },
    ])
    expect(sent[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
    expect(sent[0]?.headers.accept).toBe('text/event-stream')
  })

  test('is the same however its bytes are cut', async () => {
    const bytes = new TextEncoder().encode(eventStream(delta({ content: 'Grüße 👩🏽‍🚀' }), ...chunks, '[DONE]'))
    const inBytes = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
            controller.close()
          },
        }),
      )
    const whole = await readAll(modelAnswering(() => new Response(bytes)).model.stream(request))
    expect(await readAll(modelAnswering(inBytes).model.stream(request))).toEqual(whole)
    expect(whole[0]).toEqual({ type: 'text', index: 0, delta: 'Grüße 👩🏽‍🚀' })
  })

  test('tells tool calls as they grow', async () => {
    const { model } = modelAnswering(
      eventStream(
        delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'search', arguments: '' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: '{"q"' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }, { finish_reason: 'tool_calls' }),
        '[DONE]',
      ),
    )
    expect((await readAll(model.stream(request))).filter(({ type }) => type !== 'usage')).toEqual([
      { type: 'tool-call', index: 0, callIndex: 0, id: 'c1', name: 'search', argumentsDelta: '' },
      { type: 'tool-call', index: 0, callIndex: 0, argumentsDelta: '{"q"' },
      { type: 'tool-call', index: 0, callIndex: 0, argumentsDelta: ':1}' },
      { type: 'finish', index: 0, reason: 'tool-calls' },
    ])
  })

  test('a whole completion instead of a stream is told all the same', async () => {
    const { model } = modelAnswering(completion)
    expect((await readAll(model.stream(request))).map(({ type }) => type)).toEqual(['text', 'usage', 'finish'])
  })

  test('the end mark may be missing when every completion has ended', async () => {
    const { model } = modelAnswering(eventStream(...chunks))
    expect((await readAll(model.stream(request))).at(-1)).toMatchObject({ type: 'finish' })
  })

  test.each([
    ['ends early', eventStream(...chunks.slice(0, 3)), 'model/transport'],
    ['ends early with its mark', eventStream(...chunks.slice(0, 3), '[DONE]'), 'model/transport'],
    ['ends inside an event', `${eventStream(...chunks.slice(0, 3))}data: {"choi`, 'model/transport'],
    ['has an event of broken JSON', eventStream(chunks[2], '{"choices": [', ...chunks.slice(3)), 'model/malformed'],
    ['has an error in it', eventStream(chunks[2], { error: { message: 'oops' } }), 'model/server'],
    ['has an error event', `${eventStream(chunks[2])}event: error\ndata: {"message":"oops"}\n\n`, 'model/server'],
    ['has no choices', eventStream({ choices: [] }, '[DONE]'), 'model/malformed'],
    [
      'has no content',
      eventStream(delta({ role: 'assistant' }, { finish_reason: 'stop' }), '[DONE]'),
      'model/malformed',
    ],
    [
      'has empty content',
      eventStream(delta({ content: '' }), delta({}, { finish_reason: 'stop' }), '[DONE]'),
      'model/malformed',
    ],
    ['has a choice nobody asked for', eventStream({ choices: [{ index: 1e9, delta: {} }] }), 'model/malformed'],
    [
      'has a tool call with an impossible index',
      eventStream(delta({ tool_calls: [{ index: 1e9, function: { name: 'x' } }] })),
      'model/malformed',
    ],
    ['is empty', '', 'model/malformed'],
  ])('that %s is an error and never finishes', async (_, body, code) => {
    const { model } = modelAnswering(body)
    const seen: ModelEvent[] = []
    const reading = (async () => {
      for await (const event of model.stream(request)) seen.push(event)
    })()
    expect(await failure(reading)).toMatchObject({ code, retryable: true })
    expect(seen.filter(({ type }) => type === 'finish' || type === 'usage')).toEqual([])
  })

  test('that lacks one of two completions is an error', async () => {
    const { model } = modelAnswering(eventStream(delta({ content: 'a' }, { finish_reason: 'stop' })))
    expect(await failure(readAll(model.stream({ ...request, n: 2 })))).toMatchObject({ code: 'model/transport' })
  })
})

describe('secrets', () => {
  const key = 'sk-test-0123456789'

  test('a key that the provider echoes is redacted and its text is cut', async () => {
    const message = `Wrong key ${key} or Bearer header-secret-1 or sk-proj-abcdefgh***1234 ${'x'.repeat(500)}`
    const { model } = modelAnswering(() => Response.json({ error: { message } }, { status: 401 }), {
      headers: { 'x-key': 'header-secret-1' },
    })
    const error = await failure(model.generate(request))
    expect(error.message).toContain('Wrong key [redacted] or Bearer [redacted] or [redacted]')
    expect(JSON.stringify([error.message, error.stack, error])).not.toMatch(/sk-test|header-secret|sk-proj/)
    expect(error.message.length).toBeLessThan(350)
  })

  test('what a provider repeats of the prompt is not told', async () => {
    const prompt = 'My diagnosis is a secret of mine.'
    const { model } = modelAnswering(() =>
      Response.json({ error: { message: `Bad text: ${prompt}` } }, { status: 400 }),
    )
    const error = await failure(model.generate({ messages: [{ role: 'user', content: prompt }] }))
    expect(error.message).toContain('Bad text: […]')
    expect(JSON.stringify([error.message, error.stack, error])).not.toContain('diagnosis')
  })

  test('a cause that holds the key is told without it', async () => {
    const { model } = modelAnswering(() => {
      throw new TypeError('fetch failed', { cause: new Error(`bad header ${key}`) })
    })
    const error = await failure(model.generate(request))
    expect(error).toMatchObject({ code: 'model/transport', cause: new Error('fetch failed') })
    expect(String((error.cause as Error).stack)).not.toContain(key)
    expect((error.cause as Error).cause).toBeUndefined()
  })

  test('a cause without secrets is kept', async () => {
    const cause = new TypeError('fetch failed')
    const { model } = modelAnswering(() => Promise.reject(cause))
    expect((await failure(model.generate(request))).cause).toBe(cause)
  })
})

describe('the end of a call', () => {
  const never = (_: string, init: RequestInit) =>
    new Promise<Response>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })

  test('the deadline of the model is a timeout', async () => {
    const clock = testClock()
    const answer = failure(openaiCompatible({ model: 'm', fetch: never, deadlineMs: 50, clock }).generate(request))
    await clock.advance(50)
    expect(await answer).toMatchObject({ code: 'model/timeout', retryable: true })
    expect(clock.sleeping).toEqual([])
  })

  test.each([
    [10, 50, 10],
    [50, 10, 10],
    [300_000, undefined, 300_000],
    [undefined, undefined, 120_000],
  ])('a deadline of %s for the request and of %s for the model is one of %d', async (ofRequest, ofModel, ms) => {
    const clock = testClock()
    const model = openaiCompatible({ model: 'm', fetch: never, clock, ...(ofModel ? { deadlineMs: ofModel } : {}) })
    const answer = failure(model.generate({ ...request, ...(ofRequest ? { deadlineMs: ofRequest } : {}) }))
    await clock.advance(ms)
    expect((await answer).message).toContain(`within ${ms} ms`)
  })

  test('the deadline covers a body that stops, and a fetch that does not heed its signal', async () => {
    const clock = testClock()
    let cancelled = false
    const body = () =>
      new ReadableStream({
        start: controller => controller.enqueue(new TextEncoder().encode('{')),
        cancel: () => {
          cancelled = true
        },
      })
    const { model } = modelAnswering(() => new Response(body()), { deadlineMs: 50, clock })
    const answer = failure(model.generate(request))
    await clock.advance(50)
    expect(await answer).toMatchObject({ code: 'model/timeout' })
    expect(cancelled).toBe(true)
  })

  test('an abort rejects with its reason', async () => {
    const controller = new AbortController()
    const answer = failure(
      openaiCompatible({ model: 'm', fetch: never }).generate({ ...request, signal: controller.signal }),
    )
    controller.abort()
    expect(await answer).toBe(controller.signal.reason)
  })

  test('an aborted request is not sent', async () => {
    const { model, sent } = modelAnswering(completion)
    expect(await failure(model.generate({ ...request, signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    })
    expect(sent).toEqual([])
  })

  test('an answer leaves no timer behind', async () => {
    const clock = testClock()
    const { model } = modelAnswering(completion, { clock })
    await model.generate(request)
    await readAll(model.stream(request))
    expect(clock.sleeping).toEqual([])
  })

  test('a stream that is left cancels its body and its timer', async () => {
    const clock = testClock()
    let cancelled = false
    const body = () =>
      new ReadableStream({
        start: controller => controller.enqueue(new TextEncoder().encode(eventStream(delta({ content: 'Pa' })))),
        cancel: () => {
          cancelled = true
        },
      })
    const { model } = modelAnswering(() => new Response(body()), { clock })
    for await (const event of model.stream(request)) {
      expect(event).toEqual({ type: 'text', index: 0, delta: 'Pa' })
      break
    }
    expect(cancelled).toBe(true)
    expect(clock.sleeping).toEqual([])
  })

  /** A body whose pieces come at their milliseconds; it never ends. */
  const bodyAt = (clock: ReturnType<typeof testClock>, pieces: Record<number, string>) => {
    const state = { cancelled: false }
    const body = () =>
      new ReadableStream({
        start: async controller => {
          for (const [at, piece] of Object.entries(pieces)) {
            if (Number(at) > clock.now()) await clock.sleep(Number(at) - clock.now())
            controller.enqueue(new TextEncoder().encode(piece))
          }
        },
        cancel: () => {
          state.cancelled = true
        },
      })
    return { body, state }
  }

  test('a body that falls silent is a timeout, however long the deadline is', async () => {
    const clock = testClock()
    const { body, state } = bodyAt(clock, { 0: '{', 40: '"choices":', 80: '[' })
    const { model } = modelAnswering(() => new Response(body()), { silenceMs: 50, deadlineMs: 10_000, clock })
    const answer = failure(model.generate(request))
    await clock.advance(129)
    expect(state.cancelled).toBe(false)
    await clock.advance(1)
    expect(await answer).toMatchObject({
      code: 'model/timeout',
      message: 'openai/m began to answer and sent nothing for 50 ms. Try again.',
    })
    expect(state.cancelled).toBe(true)
    expect(clock.sleeping).toEqual([])
  })

  test('a stream that falls silent is a timeout, one that goes on or is read slowly is not', async () => {
    const clock = testClock()
    const pieces = {
      0: eventStream(delta({ content: 'Pa' })),
      45: ': still here\n\n',
      90: eventStream(delta({ content: 'ris' })),
    }
    const { body } = bodyAt(clock, pieces)
    const { model } = modelAnswering(() => new Response(body()), { silenceMs: 50, deadlineMs: 10_000, clock })
    const events = model.stream(request)[Symbol.asyncIterator]()
    expect((await events.next()).value).toMatchObject({ delta: 'Pa' })
    await clock.advance(500)
    expect((await events.next()).value).toMatchObject({ delta: 'ris' })
    const end = failure(events.next())
    await clock.advance(49)
    expect(clock.sleeping).not.toEqual([])
    await clock.advance(1)
    expect(await end).toMatchObject({ code: 'model/timeout' })
    expect(clock.sleeping).toEqual([])
  })

  test('the time before the first byte is no silence', async () => {
    const clock = testClock()
    const slow = async () => {
      await clock.sleep(500)
      return Response.json(completion)
    }
    const { model } = modelAnswering(slow, { silenceMs: 50, clock })
    const answer = model.generate(request)
    await clock.advance(500)
    expect((await answer).completions[0].text).toBe('Paris')
    expect(clock.sleeping).toEqual([])
  })
})
