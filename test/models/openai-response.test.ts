import { describe, expect, test } from 'vitest'
import { testClock } from '../../src/testing/test-clock.ts'
import { failure } from './failure.ts'
import { completion, modelAnswering, readAll, request } from './openai-answering.ts'

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
