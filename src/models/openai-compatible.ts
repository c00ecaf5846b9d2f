import { canonicalJson } from '../data/canonical-json.ts'
import { redaction } from '../data/redaction.ts'
import { sha256 } from '../data/sha256.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelCapabilities, ModelRequest } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { type CallScope, callScope } from './call-scope.ts'
import { chatEndpoint } from './chat-endpoint.ts'
import { checkLimits } from './check-limits.ts'
import { cut } from './openai-chunks.ts'
import { parseEnvelope } from './openai-envelope.ts'
import { openaiBody } from './openai-request.ts'
import { type Defect, openaiResponse } from './openai-response.ts'
import { openaiStream } from './openai-stream.ts'
import { type Caller, providerFailure } from './provider-failure.ts'
import { redactedCause } from './quote.ts'
import { NotText, readSome, readText, TooLong, textPieces } from './read-text.ts'
import { requestHeaders, secretsOf } from './request-headers.ts'
import { retryAfterMs } from './retry-after.ts'

export interface OpenAICompatibleOptions {
  /** The provider's name for the model: `gpt-4o-mini`. */
  readonly model: string
  /** Up to and with the version, `https://api.openai.com/v1` when absent; a query is kept. */
  readonly baseUrl?: string
  /** Sent as the bearer; local servers need none. */
  readonly apiKey?: string
  /** Sent with every request; wins over what is sent by default, whatever the case of its name. */
  readonly headers?: { readonly [name: string]: string }
  /** The platform's `fetch` when absent. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /**
   * Milliseconds one request may take, body included; a request's own deadline can only shorten it. When absent, 120,000
   * for a request that sets none.
   */
  readonly deadlineMs?: number
  /**
   * Milliseconds a body or stream that has begun may be silent: no byte for that long is `model/timeout`. Only the
   * deadline bounds silence when absent. What comes before the first byte (a model that thinks) is not counted.
   */
  readonly silenceMs?: number
  /** Bytes an answer may have; 16 MiB when absent. */
  readonly maxResponseBytes?: number
  /** Names the provider in the id, in errors and traces; `openai` when absent. */
  readonly provider?: string
  /** What the model can do; everything but `grammar` at OpenAI, unknown elsewhere. */
  readonly capabilities?: Omit<ModelCapabilities, 'grammar'>
  /** Where `maxTokens` goes; `max_completion_tokens` at OpenAI, `max_tokens` elsewhere. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens'
  readonly clock?: Clock
}

/**
 * A model behind an OpenAI-compatible chat completion endpoint: OpenAI, OpenRouter, Azure, vLLM, Ollama, llama.cpp, …
 *
 * 1. One request a call, never repeated: wrap it in `retried()`.
 * 2. Every failure is a ModelError by status and body, with `retryAfterMs` where the provider names it; a caller's abort
 *    closes the connection and rejects with its own reason.
 * 3. One deadline covers connecting, headers, body and silence in a stream; `silenceMs` ends a silence before it.
 * 4. An answer that was cut is an error, never an answer: a stream ends with its finish only when it ended as it should.
 * 5. Redirects are refused. No error holds the key or what the provider repeats of the request: its words are redacted
 *    and cut to 200 characters.
 * 6. An answer that ends normally and says nothing at all is `model/malformed`: it happens, and passes.
 * 7. A refusal in OpenAI's own field becomes the text, with the finish reason `content-filter`.
 * 8. Its identity covers where it asks and all of the headers it sends, the key among them: after a change of those, what
 *    is in a cache is not used.
 *
 * It runs on `fetch` alone. Redirects are asked for as `manual`, since workerd has no `error`; Node then shows the 3xx,
 * browsers a response of status 0, and both are refused here.
 *
 * @throws ConfigurationError `configuration/invalid` for a baseUrl with user info, a key that cannot be sent, or a
 *   `silenceMs` that is no number above 0
 * @example
 * const model = openaiCompatible({ model: 'gpt-4o-mini', apiKey })
 * const local = openaiCompatible({ model: 'qwen3', baseUrl: 'http://localhost:11434/v1', provider: 'ollama' })
 */
export const openaiCompatible = (options: OpenAICompatibleOptions): LanguageModel => {
  const { model, provider = 'openai', maxResponseBytes = 16 * 2 ** 20, silenceMs } = options
  checkLimits('openaiCompatible()', { silenceMs }, { example: 'silenceMs: 30_000' })
  const { clock = systemClock, headers = {}, apiKey } = options
  const endpoint = chatEndpoint(options.baseUrl ?? 'https://api.openai.com/v1')
  const { maxTokensField = endpoint.isOpenAI ? 'max_completion_tokens' : 'max_tokens' } = options
  const capabilities =
    options.capabilities ?? (endpoint.isOpenAI ? { responseSchema: true, tools: true, images: true } : undefined)
  const id = `${provider}/${model}`
  const caller: Caller = {
    model: id,
    provider,
    redact: redaction([...secretsOf(apiKey, headers), ...endpoint.secrets]),
  }
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init))
  const headersFor = {
    json: requestHeaders(apiKey, headers, 'application/json'),
    events: requestHeaders(apiKey, headers, 'text/event-stream'),
  }

  /** Sends a request; what comes back has a body and knows how to be refused. */
  const open = async (question: string, scope: CallScope, accept: 'json' | 'events') => {
    const init = { method: 'POST', headers: headersFor[accept], body: question } as const
    const sending = send(endpoint.url, { ...init, signal: scope.signal, redirect: 'manual' })
    const { status, headers, body, ok } = await scope.wait(sending).catch(error => {
      // A fetch that does not heed its signal may still answer: nobody will read that.
      sending.then(late => late.body?.cancel()).catch(() => {})
      throw error
    })
    const requestId = headers.get('x-request-id') ?? headers.get('request-id') ?? undefined
    const refused = (said: string) =>
      providerFailure(caller, {
        status,
        body: said,
        request: question,
        requestId,
        retryAfterMs: retryAfterMs(headers, clock.now()),
      })
    const fail = (defect: Defect, said = '') => (defect.refused ? refused(said) : defective(defect, status, requestId))
    if (!ok) throw refused(body ? await readSome(body, 65_536, scope) : '')
    if (!body) throw fail({ defect: 'nothing' })
    return { body, requestId, fail }
  }

  const defective = ({ defect, hostile }: Defect, status: number, requestId: string | undefined): ModelError =>
    new ModelError(
      defect === cut ? 'model/transport' : 'model/malformed',
      `${id} answered with ${defect}. Expected a chat completion. Try again, or check baseUrl.`,
      {
        model: id,
        provider,
        status,
        attempts: 1,
        ...(requestId === undefined ? {} : { requestId }),
        ...(hostile ? { retryable: false } : {}),
      },
    )

  /** What is thrown for an error of the platform. */
  const typed = (error: unknown): unknown => {
    if (KkachiError.is(error)) return error
    const evidence = { model: id, provider, attempts: 1 }
    if (error instanceof TooLong) {
      const message = `${id} answered with more than ${maxResponseBytes} bytes. Raise maxResponseBytes if that is right.`
      return new ModelError('model/malformed', message, { ...evidence, retryable: false })
    }
    if (error instanceof NotText) {
      return new ModelError('model/malformed', `${id} answered with bytes that are not UTF-8. Try again.`, evidence)
    }
    const cause = redactedCause(error, caller.redact)
    const message = `The connection to ${id} failed or was cut. Check baseUrl and the network, or try again.`
    return new ModelError('model/transport', message, { ...evidence, cause })
  }

  const scopeOf = (request: ModelRequest): CallScope => {
    if (request.grammar !== undefined) {
      const message = `${id} cannot follow a grammar. Write responseSchema instead, or use a local model.`
      throw new ModelError('model/unsupported', message, { model: id, provider })
    }
    const limit = Math.min(request.deadlineMs ?? options.deadlineMs ?? 120_000, options.deadlineMs ?? Infinity)
    const late = () =>
      new ModelError('model/timeout', `${id} did not answer within ${limit} ms. Raise deadlineMs, or try again.`, {
        model: id,
        provider,
        attempts: 1,
      })
    const silent = () =>
      new ModelError('model/timeout', `${id} began to answer and sent nothing for ${silenceMs} ms. Try again.`, {
        model: id,
        provider,
        attempts: 1,
      })
    const silence = silenceMs === undefined ? undefined : { ms: silenceMs, error: silent }
    return callScope({ signal: request.signal, deadlineMs: limit, clock, late, silence })
  }

  return {
    id,
    ...(capabilities ? { capabilities } : {}),
    identity: () => sha256(canonicalJson({ url: endpoint.url, headers: headersFor.json, maxTokensField })),
    async generate(request) {
      const question = openaiBody(request, { model, stream: false, maxTokensField })
      const scope = scopeOf(request)
      let finished = false
      try {
        const { body, requestId, fail } = await open(question, scope, 'json')
        const text = await readText(body, maxResponseBytes, scope)
        finished = true
        const parsed = parseEnvelope(text)
        const answer = 'defect' in parsed ? parsed : openaiResponse(parsed.json)
        if ('defect' in answer) throw fail(answer, text)
        return requestId === undefined ? answer : { ...answer, requestId }
      } catch (error) {
        scope.check()
        throw typed(error)
      } finally {
        scope.close(finished)
      }
    },
    async *stream(request) {
      const question = openaiBody(request, { model, stream: true, maxTokensField })
      const scope = scopeOf(request)
      let finished = false
      try {
        const { body, fail } = await open(question, scope, 'events')
        const pieces = textPieces(body, maxResponseBytes, scope)
        for await (const event of openaiStream(pieces, { n: request.n ?? 1, fail })) {
          scope.check()
          yield event
        }
        finished = true
      } catch (error) {
        scope.check()
        throw typed(error)
      } finally {
        scope.close(finished)
      }
    },
  }
}
