import { describe, expect, test } from 'vitest'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { failure } from './failure.ts'
import { completion, modelAnswering, request } from './openai-answering.ts'

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
