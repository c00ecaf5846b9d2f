import { describe, expect, test } from 'vitest'
import type { ModelEvent } from '../../src/ports/language-model.ts'
import { failure } from './failure.ts'
import { completion, delta, eventStream, modelAnswering, readAll, request } from './openai-answering.ts'

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
