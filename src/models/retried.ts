import type { Random } from '../data/random.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import { attemptCounter } from '../ports/attempt-counter.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { attemptSpan } from './attempt-span.ts'
import { identityOf } from './identity-of.ts'
import { isModelError } from './is-model-error.ts'
import { scoringOf } from './scoring-of.ts'

export interface RetriedOptions {
  /** Requests a call may send, the first included; 4 when absent. A request's own counter may allow fewer. */
  readonly attempts?: number
  /** The first wait is up to this long, each further one up to twice as long; 500 when absent. */
  readonly baseDelayMs?: number
  /** No wait is longer, unless the provider asks for it; 20,000 when absent. */
  readonly maxDelayMs?: number
  /** Milliseconds a call may take, waits included, when its request sets no deadline. */
  readonly deadlineMs?: number
  /** Milliseconds one request may take; a slow one is then given up and sent again. */
  readonly attemptDeadlineMs?: number
  /** For the jitter of the waits. */
  readonly random?: Pick<Random, 'random'>
  readonly clock?: Clock
}

/** Without any deadline no wait may end later than this after the call began. */
const patienceMs = 120_000

/**
 * A model that sends a failed request again, when the failure is one that may pass (`retryable`).
 *
 * 1. Waits grow exponentially with full jitter (Brooker 2015); a provider's `retryAfterMs` is waited out in full.
 * 2. A wait that would not end within the deadline is not begun: the error is thrown at once.
 * 3. All requests of one prediction share `request.attempts`, whose first attempt the caller has taken; nested retries
 *    share it too, so they add up and do not multiply.
 * 4. A stream is begun again only while none of its answer was told; afterwards its error is thrown.
 * 5. Usage counts every attempt; the error of a call that failed tells them in `attempts`, and in its message how long
 *    they took.
 *
 * @example
 * const model = retried(openaiCompatible({ model: 'gpt-4o-mini', apiKey }), { attempts: 3 })
 */
export const retried = (model: LanguageModel, options: RetriedOptions = {}): LanguageModel => ({
  id: `retried(${model.id})`,
  ...(model.capabilities ? { capabilities: model.capabilities } : {}),
  ...identityOf(model),
  generate: request => sentAgain(request, options, one => model.generate(one)),
  ...scoringOf(model, score => (request, answers) => sentAgain(request, options, one => score(one, answers))),
  async *stream(request) {
    const call = retrying(request, options)
    for (;;) {
      const attempt = attemptSpan(call.request(), 'try', call.failed + 1)
      let told = false
      try {
        for await (const event of model.stream(attempt.request)) {
          if (!told && call.failed > 0) yield { type: 'usage', usage: { ...noUsage, attempts: call.failed } }
          told = true
          yield event
        }
        return
      } catch (error) {
        attempt.end({ error })
        if (told) throw call.last(error)
        await call.failure(error)
      } finally {
        attempt.end({}) // nothing, where it has ended
      }
    }
  },
})

/** The answer to a request, sent until it has one. */
const sentAgain = async <Answer extends { readonly usage: Usage }>(
  request: ModelRequest,
  options: RetriedOptions,
  send: (request: ModelRequest) => Promise<Answer>,
): Promise<Answer> => {
  const call = retrying(request, options)
  for (;;) {
    const attempt = attemptSpan(call.request(), 'try', call.failed + 1)
    try {
      const answer = await send(attempt.request)
      const { usage } = answer
      attempt.end({ usage })
      return call.failed === 0 ? answer : { ...answer, usage: { ...usage, attempts: usage.attempts + call.failed } }
    } catch (error) {
      attempt.end({ error })
      await call.failure(error)
    }
  }
}

/** What of a request decides how often it may be sent. */
type Sendable = Pick<ModelRequest, 'signal' | 'deadlineMs' | 'attempts'>

/** A call that may be sent several times. */
export interface Retrying<Request> {
  /** Requests that failed and were followed by another. */
  readonly failed: number
  /** The request to send now. */
  request(): Request
  /** What is thrown for an error after which nothing is sent. */
  last(error: unknown): unknown
  /** Returns when the request may be sent again, else throws. */
  failure(error: unknown): Promise<void>
}

/** The state of one call that may be sent several times. */
export const retrying = <Request extends Sendable>(
  request: Request,
  {
    attempts = 4,
    baseDelayMs = 500,
    maxDelayMs = 20_000,
    deadlineMs,
    attemptDeadlineMs,
    random = { random: Math.random },
    clock = systemClock,
  }: RetriedOptions,
): Retrying<Request> => {
  const began = clock.now()
  const limit = request.deadlineMs ?? deadlineMs
  const counter = request.attempts ?? startedCounter(attempts)
  let failed = 0
  let sent = 0

  const leftMs = (): number => (limit ?? patienceMs) - (clock.now() - began)

  const last = (error: unknown, note = ''): unknown => {
    if (!isModelError(error)) return error
    const total = failed + (error.attempts ?? 1)
    const tried = failed === 0 ? '' : ` It was tried ${total} times within ${Math.round(clock.now() - began)} ms.`
    return tried === '' && note === '' ? error : withAttempts(error, total, `${tried}${note}`)
  }

  return {
    get failed() {
      return failed
    },
    request() {
      sent += 1
      const bounds = [...(limit === undefined ? [] : [leftMs()]), ...(attemptDeadlineMs ? [attemptDeadlineMs] : [])]
      return { ...request, attempts: counter, ...(bounds.length === 0 ? {} : { deadlineMs: Math.min(...bounds) }) }
    },
    last,
    async failure(error) {
      if (request.signal?.aborted || !isModelError(error) || !error.retryable) throw last(error)
      // What was never sent (it waited too long for its turn, a circuit was open) has not used its attempt.
      const unused = error.attempts === 0
      if (sent >= attempts || (!unused && counter.used >= counter.limit)) throw last(error)
      const left = leftMs()
      const asked = error.retryAfterMs
      if (asked !== undefined && asked >= left) throw last(error, impatient(asked, limit ?? patienceMs))
      // What was asked for is the least; the jitter keeps those who were sent away together from coming back together.
      const delay =
        asked === undefined
          ? random.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (sent - 1))
          : asked + random.random() * Math.min(baseDelayMs, (left - asked) / 2)
      if (delay >= left) throw last(error)
      await clock.sleep(delay, request.signal)
      if (!unused && !counter.take()) throw last(error)
      failed += error.attempts ?? 1
    },
  }
}

/** A counter of its own, the first attempt taken. */
const startedCounter = (attempts: number) => {
  const counter = attemptCounter(attempts)
  counter.take()
  return counter
}

const impatient = (asked: number, limit: number): string =>
  ` It asks to wait ${asked} ms, which the deadline of ${limit} ms does not allow. Raise deadlineMs, or try again then.`

const withAttempts = (error: ModelError, attempts: number, note: string): ModelError => {
  const { model, provider, status, requestId, retryAfterMs, retryable } = error
  return new ModelError(error.code, `${error.message}${note}`, {
    model,
    retryable,
    attempts,
    cause: error,
    ...(provider === undefined ? {} : { provider }),
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}
