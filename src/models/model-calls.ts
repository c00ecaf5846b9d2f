import type { Usage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { ModelEvent, ModelRequest } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import type { SpanEnd } from '../ports/tracer.ts'
import { namedAt } from './asked-at.ts'
import { type CallScope, callScope } from './call-scope.ts'
import { remedies } from './remedies.ts'

export interface ModelCallsOptions {
  /** The model by its id, and its provider, for errors and traces. */
  readonly id: string
  readonly provider: string
  /** Scheme, host and port of where it is asked, for errors. */
  readonly origin?: string | undefined
  /** Milliseconds a call may take; a request's own deadline can only shorten it. 120,000 for one that sets none. */
  readonly deadlineMs?: number | undefined
  /** Milliseconds what has begun to answer may be silent. */
  readonly silenceMs?: number | undefined
  readonly clock?: Clock | undefined
  /** What is thrown for an error of the platform or of somebody else's code. */
  readonly typed: (error: unknown) => unknown
}

/** The part of a request that says how long its call may live, and who watches. */
export type CallBounds = Pick<ModelRequest, 'signal' | 'deadlineMs' | 'tracer'>

/** Runs the calls of a model that stands for one provider, whatever it speaks. */
export interface ModelCalls {
  generate<Answer extends { readonly usage: Usage }>(
    request: CallBounds,
    work: (scope: CallScope) => Promise<Answer>,
  ): Promise<Answer>
  stream(
    request: CallBounds,
    work: (scope: CallScope) => AsyncIterable<ModelEvent>,
  ): AsyncGenerator<ModelEvent, void, undefined>
}

/** One deadline, one kind of error and one span over each call. */
export const modelCalls = ({
  id,
  provider,
  origin,
  deadlineMs,
  silenceMs,
  clock = systemClock,
  typed,
}: ModelCallsOptions): ModelCalls => {
  const timeout = (message: string): ModelError =>
    new ModelError('model/timeout', message, { model: id, provider, origin, attempts: 1 })
  const name = namedAt({ model: id, origin })

  const scopeOf = (request: CallBounds): CallScope => {
    const limit = Math.min(request.deadlineMs ?? deadlineMs ?? 120_000, deadlineMs ?? Number.POSITIVE_INFINITY)
    const late = () => timeout(`${name} did not answer within ${limit} ms. ${remedies.deadline}`)
    const silent = () => timeout(`${name} began to answer and sent nothing for ${silenceMs} ms. Try again.`)
    const silence = silenceMs === undefined ? undefined : { ms: silenceMs, error: silent }
    return callScope({ signal: request.signal, deadlineMs: limit, clock, late, silence })
  }

  /** Why a call failed: its own end before what came of it. */
  const reason = (error: unknown, scope: CallScope): unknown => {
    try {
      scope.check()
    } catch (ended) {
      return ended
    }
    return typed(error)
  }

  return {
    async generate(request, work) {
      const scope = scopeOf(request)
      const span = request.tracer?.start({ kind: 'attempt', name: id })
      let end: SpanEnd = {}
      try {
        const answer = await work(scope)
        end = { usage: answer.usage }
        return answer
      } catch (error) {
        end = { error: reason(error, scope) }
        throw end.error
      } finally {
        scope.close(end.error === undefined)
        span?.end(end)
      }
    },
    async *stream(request, work) {
      const scope = scopeOf(request)
      const span = request.tracer?.start({ kind: 'attempt', name: id })
      let end: SpanEnd = {}
      let finished = false
      try {
        for await (const event of work(scope)) {
          scope.check()
          if (event.type === 'usage') end = { usage: event.usage }
          yield event
        }
        finished = true
      } catch (error) {
        end = { error: reason(error, scope) }
        throw end.error
      } finally {
        scope.close(finished)
        span?.end(end)
      }
    },
  }
}
