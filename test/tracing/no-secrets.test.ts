import * as api from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aiSdk } from '../../src/models/ai-sdk.ts'
import { anthropic } from '../../src/models/anthropic.ts'
import { fallback } from '../../src/models/fallback.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import { predict } from '../../src/modules/predict.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { formatTrace } from '../../src/tracing/format-trace.ts'
import { logTracer } from '../../src/tracing/log-tracer.ts'
import { openTelemetryTracer } from '../../src/tracing/open-telemetry-tracer.ts'
import { traceHtml } from '../../src/tracing/trace-html.ts'
import { traceTree } from '../../src/tracing/trace-tree.ts'
import { tracers } from '../../src/tracing/tracers.ts'

// A key is planted wherever one can stand: in headers, addresses, errors, answers and inputs.

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_'.split('')
const secret = fc.string({ unit: fc.constantFrom(...letters), minLength: 12, maxLength: 48 })

/** Every way in which a key may turn up in a text. */
const forms = (key: string): readonly string[] => [
  key,
  encodeURIComponent(key),
  JSON.stringify(key),
  btoa(key),
  btoa(`user:${key}`),
  key.slice(0, Math.max(9, key.length - 3)),
]

const models = (key: string): readonly LanguageModel[] => {
  const said = forms(key).join(' ')
  const refused = async () => Response.json({ error: { message: `The key ${said} is wrong.` } }, { status: 401 })
  const broken = () =>
    Promise.reject(new TypeError(`fetch failed: https://h.example/?key=${key}`, { cause: new Error(said) }))
  const answering = async () =>
    Response.json({ choices: [{ message: { content: `[[ ## answer ## ]]\n${said}` }, finish_reason: 'stop' }] })
  const address = { model: 'm', baseUrl: `https://h.example/v1?key=${key}`, apiKey: key, headers: { 'x-secret': key } }
  const sdkError = Object.assign(new Error(said), {
    name: 'AI_APICallError',
    statusCode: 500,
    url: said,
    responseBody: said,
  })
  return [
    openaiCompatible({ ...address, fetch: refused }),
    retried(openaiCompatible({ ...address, fetch: broken }), { baseDelayMs: 0, attempts: 2 }),
    openaiCompatible({ ...address, fetch: answering }),
    anthropic({ ...address, fetch: refused }),
    fallback([anthropic({ ...address, fetch: broken }), openaiCompatible({ ...address, fetch: answering })]),
    aiSdk(
      {
        ...{ specificationVersion: 'v4', provider: 'p.chat', modelId: 'm' },
        doGenerate: () => Promise.reject(sdkError),
        doStream: () => Promise.reject(sdkError),
      },
      { secrets: [key] },
    ),
  ]
}

/** All that tracers said of a program that met the key everywhere. */
const everythingSaid = async (key: string): Promise<string> => {
  const lines: string[] = []
  const options = { content: true, secrets: [key] }
  const tree = traceTree(options)
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const told = openTelemetryTracer(api, { ...options, tracer: provider.getTracer('test') })
  const tracer = tracers(logTracer({ ...options, level: 'debug', write: line => lines.push(line) }), tree, told)
  const said = forms(key).join(' ')
  for (const model of models(key)) {
    await predict('question -> answer')
      .run({ question: said }, { model, tracer, maxAttempts: 2 })
      .catch(() => {})
  }
  const input = { [said]: [said, { deep: new Error(said) }], headers: new Map([['authorization', said]]) }
  const span = tracer.start({ kind: 'tool', name: `call ${said}`, input })
  span.end({ output: said, error: Object.assign(new Error(said), { name: said }) })
  const spans = exporter
    .getFinishedSpans()
    .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))
  return [
    lines.join(''),
    JSON.stringify(tree.trace),
    formatTrace(tree.trace, { width: 10_000 }),
    traceHtml(tree.trace),
    JSON.stringify(spans),
  ].join('\n')
}

test('no key is in a log line, a trace, a page or a span, whatever it looks like and wherever it was', async () => {
  await fc.assert(
    fc.asyncProperty(secret, async key => {
      const text = await everythingSaid(key)
      for (const form of [key, encodeURIComponent(key), btoa(key).replace(/=+$/, ''), key.slice(0, 9)]) {
        expect(text).not.toContain(form)
      }
      expect(text).toContain('[redacted]')
    }),
    { numRuns: 25 },
  )
})

test('what looks like a key of a provider is found without being told', async () => {
  const key = 'sk-ant-api03-abcdefghijklmnop'
  const tree = traceTree()
  tree.start({ kind: 'tool', name: key, input: { key } }).end({ error: new Error(key), output: key })
  expect(JSON.stringify(tree.trace) + formatTrace(tree.trace) + traceHtml(tree.trace)).not.toContain('abcdefgh')
})
