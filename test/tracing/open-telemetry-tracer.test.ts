import * as api from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { modelNames } from '../../src/tracing/gen-ai-attributes.ts'
import { type OpenTelemetryTracerOptions, openTelemetryTracer } from '../../src/tracing/open-telemetry-tracer.ts'
import { runTraced } from './traced-program.ts'

/** The real SDK with an exporter that keeps what it gets. */
const exported = async (
  options: OpenTelemetryTracerOptions<api.Context>,
  run: (tracer: ReturnType<typeof openTelemetryTracer>) => Promise<unknown> = tracer => runTraced(() => tracer),
): Promise<readonly ReadableSpan[]> => {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  await run(openTelemetryTracer(api, { tracer: provider.getTracer('test'), ...options }))
  await provider.forceFlush()
  return exporter.getFinishedSpans()
}

const named = (spans: readonly ReadableSpan[], name: string): readonly ReadableSpan[] =>
  spans.filter(span => span.name === name)

describe('openTelemetryTracer', () => {
  test('nests without any context manager, also what runs at once', async () => {
    const spans = await exported({}, tracer => Promise.all([runTraced(() => tracer), runTraced(() => tracer)]))
    const byId = new Map(spans.map(span => [span.spanContext().spanId, span]))
    const pathOf = (span: ReadableSpan | undefined): string =>
      span ? `${pathOf(byId.get(span.parentSpanContext?.spanId ?? ''))}/${span.name}` : ''
    const paths = spans.map(pathOf).sort()
    expect(paths.filter((_, index) => index % 2 === 0)).toEqual(paths.filter((_, index) => index % 2 === 1))
    expect([...new Set(paths)]).toEqual([
      '/program self',
      '/program self/execute_tool search',
      '/program self/predictor first',
      '/program self/predictor first/adapter chat format',
      '/program self/predictor first/adapter chat parse',
      '/program self/predictor first/chat gpt-4o-mini',
      '/program self/predictor first/chat gpt-4o-mini/attempt try 1',
      '/program self/predictor first/chat gpt-4o-mini/attempt try 1/attempt openai/gpt-4o-mini',
      '/program self/predictor second',
      '/program self/predictor second/adapter chat format',
      '/program self/predictor second/adapter chat parse',
      '/program self/predictor second/chat gpt-4o-mini',
      '/program self/predictor second/chat gpt-4o-mini/attempt try 1',
      '/program self/predictor second/chat gpt-4o-mini/attempt try 1/attempt openai/gpt-4o-mini',
      '/program self/predictor second/chat gpt-4o-mini/attempt try 2',
      '/program self/predictor second/chat gpt-4o-mini/attempt try 2/attempt openai/gpt-4o-mini',
    ])
    expect(new Set(spans.map(span => span.spanContext().traceId)).size).toBe(2)
  })

  test('tells a call of a model by the conventions, without content', async () => {
    const spans = await exported({})
    const [call] = named(spans, 'chat gpt-4o-mini')
    expect(call?.kind).toBe(api.SpanKind.CLIENT)
    expect(call?.attributes).toEqual({
      'kkachi.kind': 'model',
      'kkachi.name': 'retried(openai/gpt-4o-mini)',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 99,
      'gen_ai.output.type': 'text',
      'gen_ai.response.id': 'call-1',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 10,
      'kkachi.usage.attempts': 1,
      'kkachi.usage.cached_calls': 0,
    })
    const [tool] = named(spans, 'execute_tool search')
    expect(tool?.attributes).toMatchObject({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' })
    const text = JSON.stringify(spans.map(({ attributes, status, name }) => ({ attributes, status, name })))
    for (const word of ['why?', 'answer 1', 'a passage']) expect(text).not.toContain(word)
  })

  test('tokens stand on calls of models alone, so that they add up', async () => {
    const spans = await exported({})
    const counts = spans.map(({ attributes }) => Number(attributes['gen_ai.usage.input_tokens'] ?? 0))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2000)
  })

  test('a failure has its code and the status of an error; an abort has not failed', async () => {
    const [failed] = named(await exported({}), 'attempt openai/gpt-4o-mini').filter(
      span => span.attributes['error.type'],
    )
    expect(failed?.attributes['error.type']).toBe('model/rate-limit')
    expect(failed?.status).toMatchObject({ code: api.SpanStatusCode.ERROR, message: expect.stringContaining('429') })
    const [aborted, foreign] = await exported({}, async tracer => {
      tracer.start({ kind: 'tool', name: 'a' }).end({ error: new DOMException('Left.', 'AbortError') })
      tracer.start({ kind: 'tool', name: 'b' }).end({ error: new TypeError('words of others') })
    })
    expect([aborted?.attributes['error.type'], aborted?.status]).toEqual([
      'AbortError',
      { code: api.SpanStatusCode.UNSET },
    ])
    expect(foreign?.status).toEqual({ code: api.SpanStatusCode.ERROR })
  })

  test('content where it is asked for, in the form of the conventions', async () => {
    const spans = await exported({ content: true })
    const [call] = named(spans, 'chat gpt-4o-mini')
    const parsed = (name: string) => JSON.parse(String(call?.attributes[name]))
    expect(parsed('gen_ai.system_instructions')).toMatchObject([{ type: 'text', content: expect.any(String) }])
    expect(parsed('gen_ai.input.messages')).toMatchObject([
      { role: 'user', parts: [{ type: 'text', content: expect.stringContaining('why?') }] },
    ])
    expect(parsed('gen_ai.output.messages')).toMatchObject([
      { role: 'assistant', finish_reason: 'stop', parts: [{ type: 'text' }] },
    ])
    const [tool] = named(spans, 'execute_tool search')
    expect(tool?.attributes['gen_ai.tool.call.arguments']).toBe('{"query":"answer 1"}')
    expect(tool?.attributes['gen_ai.tool.call.result']).toBe('["a passage"]')
  })

  test('tool calls and results of a conversation', async () => {
    const [span] = await exported({ content: true }, async tracer => {
      const messages = [
        { role: 'assistant' as const, content: '', toolCalls: [{ id: 't', name: 'look', arguments: '{}' }] },
        { role: 'tool' as const, toolCallId: 't', content: 'a tower' },
      ]
      tracer.start({ kind: 'model', name: 'openai/m', request: { messages } }).end({})
    })
    expect(JSON.parse(String(span?.attributes['gen_ai.input.messages']))).toMatchObject([
      { role: 'assistant', parts: [{ type: 'text' }, { type: 'tool_call', id: 't', name: 'look', arguments: '{}' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 't', response: 'a tower' }] },
    ])
  })

  test('hangs below the parent that is given', async () => {
    const exporter = new InMemorySpanExporter()
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    const tracer = provider.getTracer('test')
    const request = tracer.startSpan('GET /')
    const parent = api.trace.setSpan(api.ROOT_CONTEXT, request)
    const model = scriptedModel(['[[ ## answer ## ]]\nyes'])
    await predict('question -> answer').run(
      { question: 'q' },
      { model, tracer: openTelemetryTracer(api, { tracer, parent }) },
    )
    const [predictor] = exporter.getFinishedSpans().filter(({ name }) => name === 'predictor self')
    expect(predictor?.parentSpanContext?.spanId).toBe(request.spanContext().spanId)
  })

  test('without an SDK costs nothing and breaks nothing', async () => {
    await runTraced(() => openTelemetryTracer(api))
  })
})

test.each([
  ['openai/gpt-4o', 'openai', 'gpt-4o'],
  ['cached(retried(google/gemini-2.5-flash))', 'google', 'gemini-2.5-flash'],
  ['fallback(retried(anthropic/claude), openai/gpt-4o)', 'anthropic', 'claude'],
  ['workers-ai/@cf/meta/llama', 'workers-ai', '@cf/meta/llama'],
  ['scripted', 'scripted', 'scripted'],
])('the first model of %s is %s, %s', (id, provider, model) => {
  expect(modelNames(id)).toEqual({ provider, model })
})
