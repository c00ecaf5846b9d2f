import { addUsage, noUsage, type Usage } from '../data/usage.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelCapabilities, ModelRequest } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { attemptSpan } from './attempt-span.ts'
import { checkLimits } from './check-limits.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import { type FallbackCall, fallbackCall } from './fallback-call.ts'
import { identityOf } from './identity-of.ts'

export interface FallbackOptions {
  /** When a model is left alone: after 5 failures in a row, for 30,000 ms, when absent. */
  readonly breaker?: { readonly failures?: number; readonly cooldownMs?: number }
  /** Milliseconds one model may take before the next is asked; what is left of the deadline when absent. */
  readonly attemptDeadlineMs?: number
  /** Whether the next model is asked after an error; when absent, after those that are the model's (see 1). */
  readonly when?: (error: unknown) => boolean
  readonly clock?: Clock
}

/**
 * Whether an error is the model's and not the caller's: `model/transport`, `timeout`, `server`, `rate-limit` (a spent
 * quota too), `malformed`, and `runtime/no-backend`, `out-of-memory`, `failed` of a local model.
 *
 * Not `model/request`, `context-window`, `unsupported`, `filtered`: another model would have to be asked something else.
 * Not `model/authentication` and `configuration/*`: a wrong key has to be heard, not papered over. Not `budget/*`.
 */
export const movesOn = (error: unknown): boolean => KkachiError.is(error) && theirs.has(error.code)

const theirs: ReadonlySet<string> = new Set([
  'model/transport',
  'model/timeout',
  'model/server',
  'model/rate-limit',
  'model/malformed',
  'runtime/no-backend',
  'runtime/out-of-memory',
  'runtime/failed',
])

/**
 * A model that asks the next one when one fails.
 *
 * 1. The models are asked in their order, each anew for every call; the next one follows on
 *    `model/transport`, `timeout`, `server`, `rate-limit`, `malformed` and on a local model that cannot run; the caller's
 *    mistakes, a refused key among them, are thrown as they are.
 * 2. After `failures` such failures in a row a model is not asked for `cooldownMs`; then one call probes it, and decides.
 *    When all are left alone the call fails at once, and `retryAfterMs` tells when one may be asked again.
 * 3. A stream moves on only while none of its answer was told; afterwards its error is thrown.
 * 4. All requests share `request.attempts`, whose first attempt the caller has taken. An earlier model may use it up but
 *    for one attempt for each model after it.
 * 5. The deadline covers all models. One that hangs takes it all, unless `attemptDeadlineMs` is set.
 * 6. Usage counts the failed attempts. The final error names every model and why it did not answer, in `cause` too.
 * 7. It scores no answers: the scores of different models cannot be compared.
 *
 * @throws ConfigurationError `configuration/invalid` without models or for a bound that is no number above 0
 * @throws ModelError with the code of the last model's error
 * @example
 * const model = fallback([retried(openaiCompatible({ model: 'gpt-4o-mini', apiKey })), local], { breaker: { failures: 3 } })
 */
export const fallback = (models: readonly LanguageModel[], options: FallbackOptions = {}): LanguageModel => {
  const { breaker = {}, clock = systemClock, attemptDeadlineMs, when = movesOn } = options
  const { failures = 5, cooldownMs = 30_000 } = breaker
  checkLimits('fallback()', { failures, cooldownMs, attemptDeadlineMs }, { example: '{ breaker: { failures: 5 } }' })
  if (models.length === 0) {
    const message = 'Expected at least one model for fallback(). Write fallback([first, second]).'
    throw new ConfigurationError('configuration/invalid', message, { option: 'models' })
  }
  const members = models.map(model => ({ model, breaker: circuitBreaker({ failures, cooldownMs, clock }) }))
  const id = `fallback(${models.map(model => model.id).join(', ')})`
  const capabilities = shared(models.map(model => model.capabilities ?? {}))
  const begin = (request: ModelRequest): FallbackCall =>
    fallbackCall(request, { id, members, when, attemptDeadlineMs, clock })

  return {
    id,
    capabilities,
    ...identityOf(...models),
    async generate(request) {
      const call = begin(request)
      for (const attempt of call.attempts()) {
        const branch = attemptSpan(attempt.request, 'ask', attempt.model.id)
        try {
          const response = await attempt.model.generate(branch.request)
          branch.end({ usage: response.usage })
          attempt.succeeded()
          return call.wasted === noUsage ? response : { ...response, usage: addUsage(call.wasted, response.usage) }
        } catch (error) {
          branch.end({ error })
          attempt.failed(error)
        }
      }
      throw call.end()
    },
    async *stream(request) {
      const call = begin(request)
      for (const attempt of call.attempts()) {
        const branch = attemptSpan(attempt.request, 'ask', attempt.model.id)
        let told = false
        let usage: Usage = noUsage // told before anything else was
        try {
          for await (const event of attempt.model.stream(branch.request)) {
            if (!told && event.type === 'usage') {
              usage = addUsage(usage, event.usage)
              continue
            }
            if (!told && (call.wasted !== noUsage || usage !== noUsage)) {
              yield { type: 'usage', usage: addUsage(call.wasted, usage) }
            }
            told = true
            yield event
          }
          attempt.succeeded()
          return
        } catch (error) {
          branch.end({ error })
          if (told) throw attempt.last(error)
          attempt.failed(error, usage)
        } finally {
          branch.end({}) // nothing, where it has ended
          attempt.left(told)
        }
      }
      throw call.end()
    },
  }
}

/** What all can do. */
const shared = (all: readonly ModelCapabilities[]): ModelCapabilities => {
  const can = (capability: keyof ModelCapabilities) => all.every(one => one[capability] === true)
  return {
    responseSchema: can('responseSchema'),
    tools: can('tools'),
    images: can('images'),
    grammar: can('grammar'),
  }
}
