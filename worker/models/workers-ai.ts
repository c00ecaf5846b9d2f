import { assertSafe, type JsonValue, redaction } from '../../src/data/index.ts'
import {
  type Clock,
  KkachiError,
  type LanguageModel,
  type ModelCapabilities,
  ModelError,
  type ModelRequest,
} from '../../src/index.ts'
import {
  type Caller,
  cut,
  type Defect,
  drawnSeparately,
  modelCalls,
  NotText,
  openaiBody,
  parseEnvelope,
  providerFailure,
  redactedCause,
  responseEvents,
  serverEvents,
  TooLong,
  textPieces,
  unsupported,
} from '../../src/models/index.ts'
import { workersAiAnswer, workersAiEvents } from './workers-ai-answer.ts'
import type { WorkersAiBinding, WorkersAiRunOptions } from './workers-ai-binding.ts'

export interface WorkersAiOptions {
  /** The AI Gateway that calls go through. */
  readonly gateway?: WorkersAiRunOptions['gateway']
  /** Output tokens of a request that sets no `maxTokens`; 2,048 when absent. Cloudflare's own default is 256, and cuts. */
  readonly maxTokens?: number
  /** What the model can do; tools and schemas when absent, which most of the newer ones do. */
  readonly capabilities?: ModelCapabilities
  /** Milliseconds one request may take; a request's own deadline can only shorten it. 120,000 when neither is set. */
  readonly deadlineMs?: number
  readonly clock?: Clock
}

const mostBytes = 16 * 2 ** 20

/**
 * A text model of Workers AI, through the binding of a Worker (`[ai]` in wrangler.toml): no key, no address.
 *
 * 1. One request a completion, never repeated: wrap it in `retried()`.
 * 2. Where Workers AI does not say why an answer ended, one with as many tokens as were allowed was cut (`length`).
 * 3. Its JSON mode does not stream: a streamed request with a schema is answered at once.
 * 4. Errors are typed by the number that their message begins with; a spent daily allowance is not retryable.
 * 5. The binding takes the request's signal. What it does not stop is left to itself: nobody waits for it.
 *
 * @see https://developers.cloudflare.com/workers-ai/platform/errors/
 * @example
 * const model = retried(workersAi(env.AI, '@cf/meta/llama-3.3-70b-instruct-fp8-fast'))
 */
export const workersAi = (binding: WorkersAiBinding, model: string, options: WorkersAiOptions = {}): LanguageModel => {
  const { gateway, maxTokens = 2_048, deadlineMs, clock } = options
  const provider = 'workers-ai'
  const id = `${provider}/${model}`
  const caller: Caller = { model: id, provider, redact: redaction([]) }

  const failed = (code: ModelError['code'], message: string, evidence: object = {}): ModelError =>
    new ModelError(code, message, { model: id, provider, attempts: 1, ...evidence })

  const defective = ({ defect, refused, hostile }: Defect, said = ''): ModelError =>
    refused
      ? providerFailure(caller, { status: 200, body: said, request: '' })
      : failed(
          defect === cut ? 'model/transport' : 'model/malformed',
          `${id} answered with ${defect}. Try again, or choose another model.`,
          hostile ? { retryable: false } : {},
        )

  const callsFor = (asked: ModelRequest) => {
    const typed = (error: unknown): unknown => {
      if (KkachiError.is(error)) return error
      if (error instanceof TooLong || error instanceof NotText) return defective({ defect: error.message })
      const said = error instanceof Error ? error.message : String(error)
      const status = statusOf(said)
      if (status !== undefined) {
        return providerFailure(caller, { status, body: said, request: JSON.stringify(asked.messages) })
      }
      const cause = redactedCause(error, caller.redact)
      return failed('model/server', `${id} could not be run. Check the binding and the model, or try again.`, { cause })
    }
    return modelCalls({ id, provider, deadlineMs, clock, typed })
  }

  const run = (request: ModelRequest, stream: boolean, signal: AbortSignal): Promise<unknown> =>
    binding.run(model, inputsOf(request, id, maxTokens, stream), { signal, ...(gateway && { gateway }) })

  const generate = (request: ModelRequest) =>
    callsFor(request).generate(request, async scope => {
      const answer = jsonOf(await scope.wait(run(request, false, scope.signal)))
      const response = workersAiAnswer(answer, request.maxTokens ?? maxTokens)
      if ('defect' in response) throw defective(response, JSON.stringify(answer))
      return response
    })

  return drawnSeparately({
    id,
    capabilities: options.capabilities ?? { responseSchema: true, tools: true },
    generate,
    async *stream(request) {
      if (request.responseSchema !== undefined) {
        yield* responseEvents(await generate(request))
        return
      }
      yield* callsFor(request).stream(request, async function* (scope) {
        const body = await scope.wait(run(request, true, scope.signal))
        const events = workersAiEvents(request.maxTokens ?? maxTokens)
        // A model that cannot stream answers at once.
        if (!(body instanceof ReadableStream)) {
          const response = workersAiAnswer(jsonOf(body), request.maxTokens ?? maxTokens)
          if ('defect' in response) throw defective(response, JSON.stringify(body))
          yield* responseEvents(response)
          return
        }
        let done = false
        for await (const batch of serverEvents(textPieces(body, mostBytes, scope), defective)) {
          if (batch.whole !== undefined) throw defective({ defect: 'an error', refused: true }, batch.whole)
          for (const { data } of batch.events) {
            done ||= data === '[DONE]'
            if (done) break
            const parsed = parseEnvelope(data)
            if ('defect' in parsed) throw defective(batch.ended ? { defect: cut } : parsed)
            const read = events.read(parsed.json)
            if ('defect' in read) throw defective(read, data)
            yield* read
          }
          if (done) break
        }
        const end = events.end(done)
        if ('defect' in end) throw defective(end)
        yield* end
      })
    },
  })
}

/** What a model is run with: the chat request of OpenAI, but for the name of the model and the place of a schema. */
const inputsOf = (request: ModelRequest, id: string, maxTokens: number, stream: boolean) => {
  if (request.grammar !== undefined) {
    throw unsupported(id, 'follow a grammar', 'Write responseSchema instead, or use a local model.')
  }
  const { responseSchema: schema, n: _, ...asked } = { maxTokens, ...request }
  const { model, stream_options, ...inputs } = JSON.parse(
    openaiBody(asked, { model: id, stream, maxTokensField: 'max_tokens' }),
  )
  return schema ? { ...inputs, response_format: { type: 'json_schema', json_schema: schema.schema } } : inputs
}

/** What a binding gave, as data that is safe to read; nothing where it is not. */
const jsonOf = (value: unknown): JsonValue => {
  try {
    assertSafe(value)
    return value as JsonValue
  } catch {
    return null
  }
}

/** The HTTP status that Cloudflare documents for the number an error begins with. */
const statusOf = (message: string): number | undefined => {
  const [, number] = /^\s*(?:\w*Error:\s*)?(\d{4})\b/.exec(message) ?? []
  return number === undefined ? undefined : (statuses.get(Number(number)) ?? 500)
}

const statuses: ReadonlyMap<number, number> = new Map([
  [3003, 400], // an incomplete request
  [3006, 413], // too large
  [3007, 408], // its own time
  [3008, 408],
  [3023, 403], // the account may not use the model
  [3036, 402], // the daily allowance is spent
  [3040, 429], // out of capacity
  [3041, 403],
  [3042, 404], // no such model
  [5004, 400],
  [5005, 405],
  [5006, 400],
  [5007, 404], // no such model
  [5016, 403], // the terms of the model were not agreed to
  [5018, 403],
])
