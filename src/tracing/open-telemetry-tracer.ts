import { redaction } from '../data/redaction.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Span, SpanEnd, SpanKind, SpanStart, Tracer } from '../ports/tracer.ts'
import {
  inputMessages,
  modelNames,
  outputMessages,
  requestAttributes,
  responseAttributes,
} from './gen-ai-attributes.ts'
import type {
  OpenTelemetryApi,
  OpenTelemetryAttributes,
  OpenTelemetrySpan,
  OpenTelemetryTracer,
} from './open-telemetry-api.ts'
import { plainValue } from './plain-value.ts'

export interface OpenTelemetryTracerOptions<Context = unknown> {
  /** Who starts the spans; the one that the api has for `kkachi` when absent. */
  readonly tracer?: OpenTelemetryTracer<Context>
  /** What the outermost spans are inside of; what is active when each begins when absent. */
  readonly parent?: Context
  /** Whether prompts, answers, inputs, outputs and the words of foreign errors are told; not when absent. */
  readonly content?: boolean
  /** What must stand in no attribute, in none of its forms: keys. Whatever looks like a provider's key never does. */
  readonly secrets?: readonly string[]
}

/**
 * A tracer that tells OpenTelemetry, by its conventions for generative AI.
 *
 * 1. A model's call is a client span `chat MODEL` with `gen_ai.*` attributes, its usage among them; a tool is
 *    `execute_tool NAME`; programs, predictors, adapters and attempts are internal spans with `kkachi.kind`. Tokens stand on
 *    the calls of models alone, so that they add up.
 * 2. A span that failed has the status of an error and `error.type`: Kkachi's code, or the name of the error.
 * 3. Content is told only where it is asked for, as `gen_ai.input.messages` and the like, and redacted.
 * 4. Spans nest by explicit contexts: nothing is asked of AsyncLocalStorage, so they nest in Workers and browsers too.
 *
 * The api comes as an argument: `import * as api from '@opentelemetry/api'`. Conventions as of version 1.38, where they
 * are still in development.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 * @example
 * import * as api from '@opentelemetry/api'
 * await program.run(input, { model, tracer: openTelemetryTracer(api, { secrets: [apiKey] }) })
 */
export const openTelemetryTracer = <Context>(
  api: OpenTelemetryApi<Context>,
  options: OpenTelemetryTracerOptions<Context> = {},
): Tracer => {
  const { tracer = api.trace.getTracer('kkachi'), content = false, secrets = [] } = options
  const redact = redaction(secrets)

  const told = (attributes: { readonly [name: string]: unknown }): OpenTelemetryAttributes => {
    const result: OpenTelemetryAttributes = {}
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === 'string') result[name] = redact(value)
      else if (typeof value === 'number' || typeof value === 'boolean') result[name] = value
      else if (Array.isArray(value)) result[name] = value.map(item => redact(String(item)))
    }
    return result
  }
  const json = (value: unknown): string | undefined =>
    value === undefined ? undefined : JSON.stringify(plainValue(value, redact))

  const fail = (span: OpenTelemetrySpan, error: unknown): void => {
    const isOurs = KkachiError.is(error)
    const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) }
    span.setAttributes(told({ 'error.type': isOurs ? error.code : name }))
    // Who aborts has not failed.
    if (name === 'AbortError') return
    span.setStatus({
      code: api.SpanStatusCode.ERROR,
      ...((isOurs || content) && { message: redact(message) }),
    })
  }

  const within = (context: () => Context): Tracer => ({
    start(start: SpanStart): Span {
      const around = context()
      const span = tracer.startSpan(
        redact(spanName(start)),
        {
          kind: start.kind === 'model' ? api.SpanKind.CLIENT : api.SpanKind.INTERNAL,
          attributes: told({ ...startAttributes(start), ...(content && startContent(start, json)) }),
        },
        around,
      )
      let ended = false
      return {
        tracer: within(() => api.trace.setSpan(around, span)),
        end(outcome: SpanEnd) {
          if (ended) return
          ended = true
          const attributes = {
            ...(start.kind === 'model' && responseAttributes(outcome)),
            ...(content && endContent(start.kind, outcome, json)),
          }
          span.setAttributes(told(attributes))
          if (outcome.error !== undefined) fail(span, outcome.error)
          span.end()
        },
      }
    },
  })
  return within(() => options.parent ?? api.context.active())
}

const spanName = ({ kind, name }: SpanStart): string => {
  if (kind === 'model') return `chat ${modelNames(name).model}`
  return kind === 'tool' ? `execute_tool ${name}` : `${kind} ${name}`
}

const startAttributes = ({ kind, name, request }: SpanStart): object => ({
  'kkachi.kind': kind,
  'kkachi.name': name,
  ...(kind === 'model' && requestAttributes(name, request)),
  ...(kind === 'tool' && {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
    'gen_ai.tool.type': 'function',
  }),
})

type Written = (value: unknown) => string | undefined

const startContent = ({ kind, input, request }: SpanStart, json: Written): object => {
  if (kind === 'model' && request) return inputMessages(request.messages)
  return { [kind === 'tool' ? 'gen_ai.tool.call.arguments' : 'kkachi.input']: json(input) }
}

const endContent = (kind: SpanKind, { output, response }: SpanEnd, json: Written): object => {
  if (kind === 'model' && response) return outputMessages(response)
  return { [kind === 'tool' ? 'gen_ai.tool.call.result' : 'kkachi.output']: json(output) }
}
