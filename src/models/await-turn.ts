import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { ModelRequest } from '../ports/language-model.ts'
import { callScope } from './call-scope.ts'
import { withLessTime } from './less-time.ts'
import type { WaitingLine } from './waiting-line.ts'

export interface AwaitTurnOptions<T extends object> {
  /** The model that is waited for, by its id. */
  readonly model: string
  readonly clock: Clock
  readonly line: WaitingLine
  /** Takes a place when there is one; what it throws is the refusal. */
  readonly enter: () => T | undefined
}

/** A place, and the request with the time that is left of it. */
export interface Entered<T> {
  readonly place: T
  readonly request: ModelRequest
}

/**
 * Waits for a place where calls queue: the wait counts against the request's deadline.
 *
 * @throws ModelError `model/timeout`, with no attempts, when the deadline passes first; the signal's reason when it aborts
 */
export const awaitTurn = async <T extends object>(
  request: ModelRequest,
  { model, clock, line, enter }: AwaitTurnOptions<T>,
): Promise<Entered<T>> => {
  request.signal?.throwIfAborted()
  const free = line.enter(enter)
  if (free) return { place: free, request }
  const { deadlineMs = Number.POSITIVE_INFINITY, priority, signal } = request
  const began = clock.now()
  const scope = callScope({ signal, deadlineMs, clock, late: () => neverSent(model, deadlineMs) })
  const span = request.tracer?.start({ kind: 'attempt', name: `wait for ${model}` })
  try {
    const place = await line.join(enter, { priority, signal: scope.signal })
    span?.end({})
    return { place, request: withLessTime(request, clock.now() - began) }
  } catch (error) {
    span?.end({ error })
    throw error
  } finally {
    scope.close(true)
  }
}

const neverSent = (model: string, deadlineMs: number): ModelError =>
  new ModelError(
    'model/timeout',
    `The call waited ${deadlineMs} ms for its turn at ${model} and was never sent. Raise deadlineMs or the limits, or call less at once.`,
    { model, attempts: 0 },
  )
