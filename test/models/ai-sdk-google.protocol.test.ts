import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { describe, expect, test } from 'vitest'
import { aiSdk } from '../../src/models/ai-sdk.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { failure } from './failure.ts'
import { fixtureServer } from './fixtures/fixture-server.ts'

// Gemini by the SDK's own package: the real client in front of a server that speaks the provider's format.

const key = 'AIzaSyFixture0123456789'
const server = fixtureServer(({ path }) => path.includes(':streamGenerateContent'))
const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

const gemini = (name: string, fetch = server.fetch) =>
  aiSdk(
    createGoogleGenerativeAI({
      apiKey: key,
      baseURL: name === 'hangs' ? 'http://hangs.example/v1beta' : `http://google.${name}.example/v1beta`,
      fetch: (url, init) => fetch(String(url), init),
    })('gemini-2.5-flash'),
    { secrets: [key] },
  )

const told = async (events: AsyncIterable<ModelEvent>) => {
  const builder = responseBuilder()
  for await (const event of events) builder.add(event)
  return builder.response()
}

const fixtures: Partial<Record<Behavior, string>> = {
  answers: 'text',
  'is cut': 'cut',
  'is filtered': 'filtered',
  hangs: 'hangs',
  fails: 'bad-key',
}

describeLanguageModel('aiSdk of Gemini', {
  make: behavior => {
    const wholeOnly = (url: string, init?: RequestInit) =>
      server.fetch(url.replace(/:streamGenerateContent\?alt=sse$/, ':generateContent'), init)
    const model = gemini(fixtures[behavior] ?? '', behavior === 'fails' ? wholeOnly : server.fetch)
    return { model, sent: () => server.sent }
  },
})

test('the request is the one that the package makes of ours', async () => {
  await gemini('text').generate({
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'image', url: 'data:image/png;base64,iVBORw0=' },
        ],
      },
      { role: 'assistant', content: '', toolCalls: [{ id: 't1', name: 'look', arguments: '{"at":1}' }] },
      { role: 'tool', toolCallId: 't1', content: 'a tower' },
    ],
    tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } }],
    toolChoice: 'required',
    maxTokens: 9,
    temperature: 0,
  })
  const [{ path, headers, body } = { path: '', headers: {}, body: {} }] = server.arrived
  expect(path).toBe('/v1beta/models/gemini-2.5-flash:generateContent')
  expect(headers['x-goog-api-key']).toBe(key)
  expect(body).toMatchObject({
    generationConfig: { maxOutputTokens: 9, temperature: 0 },
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
  })
  expect(body.contents).toMatchObject([
    { role: 'user', parts: [{ text: 'What?' }, { inlineData: { mimeType: 'image/png', data: 'iVBORw0=' } }] },
    { role: 'model', parts: [{ functionCall: { name: 'look', args: { at: 1 } } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'look' } }] },
  ])
})

test.each(['text', 'tools', 'thinking'])('%s: the stream says what the whole answer says', async name => {
  const withoutIds = (response: Awaited<ReturnType<typeof told>>) =>
    response?.completions.map(one => ({ ...one, toolCalls: one.toolCalls?.map(({ id, ...call }) => call) }))
  const whole = await gemini(name).generate(request)
  const streamed = await told(gemini(name).stream(request))
  expect(withoutIds(streamed)).toEqual(withoutIds(whole))
  expect(streamed?.usage).toEqual(whole.usage)
})

test('thoughts, tool calls and counts are read', async () => {
  const thinking = await gemini('thinking').generate(request)
  expect(thinking.completions).toEqual([{ text: 'Paris', reasoning: 'France has one capital.', finishReason: 'stop' }])
  expect(thinking.usage).toMatchObject({ inputTokens: 12, outputTokens: 31, reasoningTokens: 30, cacheReadTokens: 8 })
  const { completions } = await gemini('tools').generate(request)
  expect(completions[0].finishReason).toBe('tool-calls')
  expect(completions[0].toolCalls?.map(({ name, arguments: args }) => [name, args])).toEqual([
    ['weather', '{"city":"Paris"}'],
    ['time', '{}'],
  ])
})

test('a schema is asked for in the format of the provider', async () => {
  const schema = { type: 'object', properties: { capital: { type: 'string' } }, required: ['capital'] }
  await gemini('text').generate({ ...request, responseSchema: { name: 'answer', schema } })
  expect(server.arrived[0]?.body.generationConfig).toMatchObject({ responseMimeType: 'application/json' })
})

describe('failures', () => {
  test.each([
    ['rate-limit', { code: 'model/rate-limit', status: 429, retryAfterMs: 3000 }],
    ['bad-key', { code: 'model/authentication', retryable: false }],
    ['overloaded', { code: 'model/server', status: 503 }],
    ['too-long', { code: 'model/context-window' }],
  ])('%s', async (name, expected) => {
    const error = await failure(gemini(name).generate(request))
    expect(error).toMatchObject({ provider: 'google', ...expected })
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(key)
  })

  test('several completions are several requests', async () => {
    const { completions, usage } = await gemini('text').generate({ ...request, n: 2 })
    expect([completions.length, usage.calls, server.arrived.length]).toEqual([2, 2, 2])
  })
})
