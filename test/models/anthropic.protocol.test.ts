import { describe, expect, test } from 'vitest'
import { anthropic } from '../../src/models/anthropic.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import { retried } from '../../src/models/retried.ts'
import type { ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { failure } from './failure.ts'
import { fixtureServer } from './fixtures/fixture-server.ts'

const key = 'sk-ant-api03-fixture-0123456789'
const server = fixtureServer(({ body }) => body.stream === true)
const claude = (name: string, options: Partial<Parameters<typeof anthropic>[0]> = {}) =>
  anthropic({
    model: 'claude-sonnet-4-5',
    apiKey: key,
    baseUrl: `http://anthropic.${name}.example/v1`,
    fetch: server.fetch,
    ...options,
  })

const request: ModelRequest = { messages: [{ role: 'user', content: 'Capital of France?' }] }

const told = async (events: AsyncIterable<ModelEvent>) => {
  const builder = responseBuilder()
  const seen: ModelEvent[] = []
  for await (const event of events) {
    builder.add(event)
    seen.push(event)
  }
  return { seen, response: builder.response() }
}

const fixtures: Partial<Record<Behavior, string>> = {
  answers: 'text',
  'is cut': 'cut',
  'is filtered': 'refused',
}

describeLanguageModel('anthropic', {
  standingOn: thing => claude(thing),
  make: behavior => {
    if (behavior === 'hangs') {
      const model = claude('hangs', { baseUrl: 'http://hangs.example/v1' })
      return { model, sent: () => server.sent }
    }
    if (behavior === 'fails') return { model: claude('bad-request', { fetch: withoutStream }) }
    return { model: claude(fixtures[behavior] ?? ''), sent: () => server.sent }
  },
})

/** Errors come before a stream begins: there is one fixture for both. */
const withoutStream = (url: string, init: RequestInit = {}): Promise<Response> =>
  server.fetch(url, { ...init, body: String(init.body).replace('"stream":true', '"stream":false') })

test('a request arrives as the Messages API has it', async () => {
  await claude('text').generate({
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', url: 'data:image/png;base64,iVBORw0=' },
          { type: 'image', url: 'https://example.com/a.jpg' },
          { type: 'file', name: 'a.pdf', data: 'data:application/pdf;base64,JVBERi0=' },
          { type: 'file', name: 'a.txt', data: 'data:text/plain;base64,UGFyaXM=' },
          { type: 'file', fileId: 'file_011' },
        ],
      },
      { role: 'assistant', content: '', toolCalls: [{ id: 't1', name: 'look', arguments: '{"at": 1}' }] },
      { role: 'tool', toolCallId: 't1', content: 'a tower' },
      { role: 'tool', toolCallId: 't2', content: 'a river' },
      { role: 'user', content: 'So?' },
    ],
    tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
    toolChoice: 'required',
    temperature: 0,
    topP: 0.9,
    maxTokens: 64,
    stop: ['\n', 'END'],
    seed: 7,
    sharedMessages: 1,
    extra: { metadata: { user_id: 'u' }, stream: true, model: 'other' },
  })
  const [{ path, headers, body } = { path: '', headers: {}, body: {} }] = server.arrived
  expect(path).toBe('/v1/messages')
  expect(headers).toMatchObject({ 'x-api-key': key, 'anthropic-version': '2023-06-01' })
  expect(headers).not.toHaveProperty('authorization')
  expect(body).toEqual({
    model: 'claude-sonnet-4-5',
    max_tokens: 64,
    metadata: { user_id: 'u' },
    temperature: 0,
    top_p: 0.9,
    stop_sequences: ['END'],
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'look', description: 'Looks.', input_schema: { type: 'object' } }],
    tool_choice: { type: 'any' },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0=' } },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.jpg' } },
          {
            type: 'document',
            title: 'a.pdf',
            source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
          },
          { type: 'document', title: 'a.txt', source: { type: 'text', media_type: 'text/plain', data: 'Paris' } },
          { type: 'document', source: { type: 'file', file_id: 'file_011' } },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { at: 1 } }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: 'a tower' },
          { type: 'tool_result', tool_use_id: 't2', content: 'a river' },
          { type: 'text', text: 'So?' },
        ],
      },
    ],
  })
})

describe('what is read', () => {
  test.each(['text', 'tools', 'thinking'])('%s: the stream says what the whole answer says', async name => {
    const whole = await claude(name).generate(request)
    const { response } = await told(claude(name).stream(request))
    const parsed = (answer = whole) =>
      answer.completions.map(one => ({
        ...one,
        toolCalls: one.toolCalls?.map(call => ({ ...call, arguments: JSON.parse(call.arguments || '{}') })),
      }))
    expect(parsed(response)).toEqual(parsed())
  })

  test('tool calls, with their text', async () => {
    const { completions } = await claude('tools').generate(request)
    expect(completions).toEqual([
      {
        text: 'Let me look.',
        finishReason: 'tool-calls',
        toolCalls: [
          { id: 'toolu_01A09q90qw90lq917835lq9', name: 'weather', arguments: '{"city":"Paris","days":[1,2]}' },
          { id: 'toolu_01B', name: 'time', arguments: '{}' },
        ],
      },
    ])
  })

  test('thinking, and what the cache gave and took', async () => {
    const { completions, usage, requestId, modelName } = await claude('thinking').generate(request)
    expect(completions[0]).toEqual({
      text: 'Paris',
      reasoning: 'France is a country. Its capital is Paris.',
      finishReason: 'stop',
    })
    expect(usage).toMatchObject({
      inputTokens: 9 + 2048 + 1024,
      outputTokens: 60,
      cacheReadTokens: 1024,
      cacheWriteTokens: 2048,
    })
    expect((await told(claude('thinking').stream(request))).response?.usage).toEqual(usage)
    expect([requestId, modelName]).toEqual(['req_011CSHoEeqs5C35K2UUqR7Fy', 'claude-sonnet-4-5-20250929'])
  })

  test('an answer by a schema, as the arguments of a tool it has to call', async () => {
    const asked: ModelRequest = {
      ...request,
      responseSchema: { name: 'answer', schema: { type: 'object', properties: { capital: { type: 'string' } } } },
    }
    const { completions } = await claude('schema').generate(asked)
    expect(completions).toEqual([{ text: '{"capital":"Paris"}', finishReason: 'stop' }])
    expect((await told(claude('schema').stream(asked))).response?.completions).toEqual(completions)
    expect(server.arrived[0]?.body).toMatchObject({
      tools: [{ name: 'answer', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'answer' },
    })
  })

  test('an answer by a schema in the format of the API, where asked so or where tools or thinking need it', async () => {
    const asked: ModelRequest = { ...request, responseSchema: { name: 'answer', schema: { type: 'object' } } }
    await claude('text', { structure: 'format' }).generate(asked)
    await claude('text').generate({ ...asked, tools: [{ name: 'look', parameters: { type: 'object' } }] })
    await claude('text').generate({ ...asked, extra: { thinking: { type: 'enabled', budget_tokens: 1024 } } })
    for (const { body } of server.arrived) {
      expect(body.output_config).toEqual({ format: { type: 'json_schema', schema: { type: 'object' } } })
      expect(body).not.toHaveProperty('tool_choice')
    }
  })

  test('several completions are several requests', async () => {
    const { completions, usage } = await claude('text').generate({ ...request, n: 3 })
    expect([completions.length, usage.calls, usage.attempts, usage.inputTokens]).toEqual([3, 3, 3, 36])
    expect(server.arrived).toHaveLength(3)
    expect(server.arrived[0]?.body).not.toHaveProperty('n')
  })
})

describe('failures', () => {
  test.each([
    ['overloaded', { code: 'model/server', status: 529, retryable: true }],
    ['rate-limit', { code: 'model/rate-limit', retryAfterMs: 7000, retryable: true }],
    ['too-long', { code: 'model/context-window', retryable: false }],
    ['credit', { code: 'model/rate-limit', retryable: false }],
    ['bad-key', { code: 'model/authentication' }],
    ['no-such-model', { code: 'model/request', status: 404 }],
    ['too-large', { code: 'model/request', status: 413 }],
    ['no-content', { code: 'model/malformed', retryable: true }],
  ])('%s', async (name, expected) => {
    const error = await failure(claude(name).generate(request))
    expect(error).toMatchObject({ requestId: 'req_011CSHoEeqs5C35K2UUqR7Fy', ...expected })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(key)
  })

  test('a limit without retry-after waits for the latest reset of what is used up', async () => {
    const clock = testClock(Date.parse('2026-01-01T00:00:00Z'))
    const error = await failure(claude('rate-limit-reset', { clock }).generate(request))
    expect(error).toMatchObject({ code: 'model/rate-limit', retryAfterMs: 30_000 })
  })

  test('an error in the middle of a stream is typed, and what was told before it was told', async () => {
    const seen: ModelEvent[] = []
    const reading = async () => {
      for await (const event of claude('overloaded').stream(request)) seen.push(event)
    }
    expect(await failure(reading())).toMatchObject({ code: 'model/server', retryable: true })
    expect(seen).toEqual([{ type: 'text', index: 0, delta: 'Par' }])
  })

  test.each(['text', 'tools', 'thinking', 'schema'])('%s, cut anywhere, never looks complete', async name => {
    const cutAt = async (share: number) => {
      const model = claude(name, {
        fetch: async (url, init) => {
          const body = await (await server.fetch(url, init)).text()
          return new Response(body.slice(0, Math.floor(body.length * share)))
        },
      })
      return failure(told(model.stream(request)))
    }
    for (const share of [0.2, 0.5, 0.8, 0.93]) expect(await cutAt(share)).toMatchObject({ code: 'model/transport' })
  })

  test('a stream that says nothing passes, for it may be right the next time', async () => {
    expect(await failure(told(claude('no-content').stream(request)))).toMatchObject({ code: 'model/malformed' })
  })

  test('what is overloaded once is asked again', async () => {
    let first = true
    const model = claude('text', {
      fetch: (url, init) => {
        const at = first ? url.replace('text', 'overloaded') : url
        first = false
        return server.fetch(at, init)
      },
    })
    const { usage, completions } = await retried(model, { baseDelayMs: 1 }).generate(request)
    expect([completions[0].text, usage.attempts]).toEqual(['Paris 🗼 is the capital.', 2])
  })

  test.each<[string, Partial<ModelRequest>]>([
    ['a grammar', { grammar: 'start: "a"' }],
    ['log probabilities', { logprobs: true }],
    ['penalties', { presencePenalty: 1 }],
    ['sound', { messages: [{ role: 'user', content: [{ type: 'audio', data: 'AA==', format: 'wav' }] }] }],
  ])('%s cannot be asked for, and nothing is sent', async (_, asked) => {
    const error = await failure(claude('text').generate({ ...request, ...asked }))
    expect(error).toMatchObject({ code: 'model/unsupported', provider: 'anthropic' })
    expect(await failure(told(claude('text').stream({ ...request, ...asked })))).toMatchObject({ code: error.code })
    expect(server.arrived).toEqual([])
  })
})
