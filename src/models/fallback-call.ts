import { addUsage, noUsage, type Usage } from '../data/usage.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { AttemptCounter } from '../ports/attempt-counter.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { tellAttempt } from './attempt-span.ts'
import type { CircuitBreaker, Trial } from './circuit-breaker.ts'
import { attemptsOf, fallbackError, type Tried } from './fallback-error.ts'
import { isModelError } from './is-model-error.ts'

/** A model of a fallback and what is known of its health. */
export interface FallbackMember {
  readonly model: LanguageModel
  readonly breaker: CircuitBreaker
}

export interface FallbackCallOptions {
  readonly id: string
  readonly members: readonly FallbackMember[]
  readonly when: (error: unknown) => boolean
  readonly attemptDeadlineMs: number | undefined
  readonly clock: Clock
}

/** One model asked, with exactly one end. */
export interface FallbackAttempt {
  readonly model: LanguageModel
  /** With its share of the time and of the attempts. */
  readonly request: ModelRequest
  succeeded(): void
  /** Returns when the next model is to be asked, else throws; `usage` is what the failed one told. */
  failed(error: unknown, usage?: Usage): void
  /** What is thrown for an error after which no other model is asked. */
  last(error: unknown): unknown
  /** The caller left; nothing when it ended otherwise. */
  left(told: boolean): void
}

/** One call through the models of a fallback. */
export interface FallbackCall {
  /** What failed models used. */
  readonly wasted: Usage
  /** The models to ask, each when the one before has failed. */
  attempts(): Iterable<FallbackAttempt>
  /** The error when none is left. */
  end(): KkachiError
}

/** Opens a call. */
export const fallbackCall = (
  request: ModelRequest,
  { id, members, when, attemptDeadlineMs, clock }: FallbackCallOptions,
): FallbackCall => {
  const { attempts: counter, signal, deadlineMs = Number.POSITIVE_INFINITY } = request
  const began = clock.now()
  const tried: Tried[] = []
  let wasted = noUsage
  let sent = false

  const leftMs = (): number => deadlineMs - (clock.now() - began)

  /** Why a member is not asked, or the leave to ask it. */
  const enter = ({ breaker }: FallbackMember): Trial | string => {
    if (leftMs() <= 0 && tried.length > 0) return `the deadline of ${deadlineMs} ms was over.`
    const trial = breaker.enter()
    if (!trial) {
      const { waitMs, failure } = breaker
      const rest = waitMs > 0 ? `is left alone for ${waitMs} ms more` : 'is being probed'
      return `it failed too often (${failure}) and ${rest}.`
    }
    if (!sent || !counter || counter.take()) return trial
    trial.undecided()
    return `the bound of ${counter.limit} attempts was reached.`
  }

  const requestFor = (place: number): ModelRequest => {
    const bound = Math.min(Math.max(0, leftMs()), attemptDeadlineMs ?? Number.POSITIVE_INFINITY)
    const others = members.slice(place + 1).filter(({ breaker }) => breaker.waitMs === 0).length
    return {
      ...request,
      ...(bound < Number.POSITIVE_INFINITY && { deadlineMs: bound }),
      ...(counter && others > 0 && { attempts: leaving(counter, others) }),
    }
  }

  const attempt = ({ model, breaker }: FallbackMember, trial: Trial, place: number): FallbackAttempt => {
    /** Notes the failure, and tells whether the next model is to be asked. */
    const note = (error: unknown): error is KkachiError => {
      if (signal?.aborted || !KkachiError.is(error)) {
        trial.undecided()
        return false
      }
      const goesOn = when(error)
      if (goesOn && !neverSent(error)) trial.failed(error.code)
      // Who refuses with a status is well.
      else if (!goesOn && isModelError(error) && error.status !== undefined) trial.succeeded()
      else trial.undecided()
      const againMs = Math.max(isModelError(error) ? (error.retryAfterMs ?? 0) : 0, breaker.waitMs)
      tried.push({ model: model.id, error, againMs: error.retryable ? againMs : Number.POSITIVE_INFINITY })
      return goesOn
    }
    const composed = (error: unknown): unknown =>
      isModelError(error) && tried.length > 1 && !signal?.aborted ? fallbackError(id, tried, error) : error

    return {
      model,
      request: requestFor(place),
      succeeded: trial.succeeded,
      failed(error, usage = noUsage) {
        if (!note(error)) throw composed(error)
        const attempts = attemptsOf(error)
        wasted = addUsage(wasted, { ...usage, attempts })
        sent ||= attempts > 0
      },
      last(error) {
        note(error)
        return composed(error)
      },
      left: told => (told ? trial.succeeded() : trial.undecided()),
    }
  }

  return {
    get wasted() {
      return wasted
    },
    *attempts() {
      for (const [place, member] of members.entries()) {
        const trial = enter(member)
        if (typeof trial !== 'string') yield attempt(member, trial, place)
        else {
          const { waitMs, failure } = member.breaker
          tried.push({ model: member.model.id, skipped: trial, failure, againMs: waitMs })
          tellAttempt(request.tracer, `not asked ${member.model.id}`, { output: { because: trial } })
        }
      }
    },
    end() {
      const [only, ...others] = tried
      return only?.error && others.length === 0 ? only.error : fallbackError(id, tried)
    },
  }
}

const neverSent = (error: KkachiError): boolean => isModelError(error) && error.attempts === 0

/** The counter with `others` attempts kept for those who come later. */
const leaving = (counter: AttemptCounter, others: number): AttemptCounter => {
  const limit = Math.max(1, counter.limit - others)
  return {
    get used() {
      return counter.used
    },
    limit,
    take: () => counter.used < limit && counter.take(),
  }
}
