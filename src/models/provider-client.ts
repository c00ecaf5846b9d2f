import type { JsonValue } from '../data/json.ts'
import { redaction } from '../data/redaction.ts'
import type { Usage } from '../data/usage.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { ModelEvent } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { namedAt } from './asked-at.ts'
import type { CallScope } from './call-scope.ts'
import { cut, type Defect } from './defect.ts'
import { parseEnvelope } from './envelope.ts'
import { type CallBounds, modelCalls } from './model-calls.ts'
import { type Caller, providerFailure } from './provider-failure.ts'
import { redactedCause } from './quote.ts'
import { NotText, readSome, readText, TooLong, textPieces } from './read-text.ts'
import { remedies } from './remedies.ts'
import { retryAfterMs } from './retry-after.ts'

/** How a client that speaks HTTP behaves, whatever it speaks over it. */
export interface ProviderClientOptions {
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
  readonly clock?: Clock
}

/** Whom a client asks, and how. */
export interface Provider {
  readonly id: string
  readonly name: string
  readonly url: string
  /** `GET`: the question is the query of the address. A JSON body is posted when absent. */
  readonly method?: 'GET'
  /** The headers of a request that is answered whole, and of one that is answered by a stream. */
  readonly headers: Readonly<Record<'json' | 'events', Record<string, string>>>
  /** What no error may show. */
  readonly secrets: readonly string[]
  /** What the answer has to be, for errors. */
  readonly expected: string
  /** Milliseconds it asks to wait; `retryAfterMs` when absent. */
  readonly retryAfterMs?: typeof retryAfterMs
}

/** Makes the typed error of what is wrong with an answer; `body` is what the provider said about it. */
export type Fail = (defect: Defect, body?: string) => Error

/** Sends questions over HTTP: the half of a client that all providers share. */
export interface ProviderClient {
  /** Asks and reads the whole answer. */
  generate<Answer extends { readonly usage: Usage }>(
    request: CallBounds,
    question: string,
    read: (json: JsonValue) => Answer | Defect,
  ): Promise<Answer & { readonly requestId?: string }>
  /** Asks and reads a streamed answer. */
  stream(
    request: CallBounds,
    question: string,
    read: (pieces: AsyncGenerator<string, void, undefined>, fail: Fail) => AsyncIterable<ModelEvent>,
  ): AsyncGenerator<ModelEvent, void, undefined>
}

/** A client of one provider: one request a call, one deadline over all of it, and every failure typed. */
export const providerClient = (provider: Provider, options: ProviderClientOptions): ProviderClient => {
  const { id, name, url, headers: headersFor, expected } = provider
  const { maxResponseBytes = 16 * 2 ** 20, silenceMs, clock = systemClock } = options
  const redact = redaction(provider.secrets)
  // A host has no capitals, whatever the secret had that it was made of.
  const origin = redaction(provider.secrets.map(secret => secret.toLowerCase()))(new URL(url).origin)
  const caller: Caller = { model: id, provider: name, origin, redact }
  const send = options.fetch ?? ((address: string, init: RequestInit) => fetch(address, init))

  /** Sends a request; what comes back has a body and knows how to be refused. */
  const open = async (question: string, scope: CallScope, accept: 'json' | 'events') => {
    const [address, asked]: [string, RequestInit] =
      provider.method === 'GET' ? [`${url}?${question}`, {}] : [url, { method: 'POST', body: question }]
    const sending = send(address, { ...asked, headers: headersFor[accept], signal: scope.signal, redirect: 'manual' })
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
        retryAfterMs: (provider.retryAfterMs ?? retryAfterMs)(headers, clock.now()),
      })
    const fail: Fail = (defect, said = '') => (defect.refused ? refused(said) : defective(defect, status, requestId))
    if (!ok) throw refused(body ? await readSome(body, 65_536, scope) : '')
    if (!body) throw fail({ defect: 'nothing' })
    return { body, requestId, fail }
  }

  const failed = (code: ModelError['code'], message: string, evidence: object = {}): ModelError =>
    new ModelError(code, message, { model: id, provider: name, origin, attempts: 1, ...evidence })

  const defective = ({ defect, hostile }: Defect, status: number, requestId: string | undefined): ModelError =>
    failed(
      defect === cut ? 'model/transport' : 'model/malformed',
      `${namedAt(caller)} answered with ${defect}. Expected ${expected}. ${remedies.answer}`,
      { status, ...(requestId === undefined ? {} : { requestId }), ...(hostile ? { retryable: false } : {}) },
    )

  /** What is thrown for an error of the platform. */
  const typed = (error: unknown): unknown => {
    if (KkachiError.is(error)) return error
    if (error instanceof TooLong) {
      const message = `${id} answered with more than ${maxResponseBytes} bytes. ${remedies.length}`
      return failed('model/malformed', message, { retryable: false })
    }
    if (error instanceof NotText) {
      return failed('model/malformed', `${id} answered with bytes that are not UTF-8. Try again.`)
    }
    const cause = redactedCause(error, redact)
    const reason = reasonOf(error)
    const message = `The connection to ${namedAt(caller)} failed or was cut${reason}. ${remedies.network}`
    return failed('model/transport', message, { cause })
  }

  const calls = modelCalls({ id, provider: name, origin, silenceMs, clock, deadlineMs: options.deadlineMs, typed })

  return {
    generate: (request, question, read) =>
      calls.generate(request, async scope => {
        const { body, requestId, fail } = await open(question, scope, 'json')
        const text = await readText(body, maxResponseBytes, scope)
        const parsed = parseEnvelope(text)
        const answer = 'defect' in parsed ? parsed : read(parsed.json)
        if ('defect' in answer) throw fail(answer, text)
        return requestId === undefined ? answer : { ...answer, requestId }
      }),
    stream: (request, question, read) =>
      calls.stream(request, async function* (scope) {
        const { body, fail } = await open(question, scope, 'events')
        yield* read(textPieces(body, maxResponseBytes, scope), fail)
      }),
  }
}

/** The platform's own name of what went wrong, where it has one: `ECONNREFUSED`, `ENOTFOUND`. */
const reasonOf = (error: unknown): string => {
  const code = (error as { readonly cause?: { readonly code?: unknown } } | undefined)?.cause?.code
  return /^[A-Z_]+$/.test(String(code)) ? ` (${code})` : ''
}
