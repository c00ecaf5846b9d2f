import { KkachiError } from '../../errors/kkachi-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { withLessTime } from '../../models/less-time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ModelRequest } from '../../ports/language-model.ts'
import type { PoolInstance } from './pool-instance.ts'

/** What a call in a pool needs of it. */
export interface PoolDoor {
  readonly id: string
  readonly clock: Clock
  /** Resolves with a place and the request with the time that is left. */
  enter(
    request: ModelRequest,
    isAgain: boolean,
  ): Promise<{ readonly place: PoolInstance; readonly request: ModelRequest }>
  leave(place: PoolInstance): void
  /** An instance broke off: it is replaced. */
  broke(place: PoolInstance, error: unknown): void
}

/** One try of a call. */
export interface PoolTry {
  readonly place: PoolInstance
  /** What is asked: its signal also ends when the instance is gone. */
  readonly request: ModelRequest
  /** Tries before this one. */
  readonly failed: number
  /** Gives the place back; once, however often it is called. */
  leave(): void
  /** Returns when the call may be tried again; else throws what its caller gets. */
  failure(error: unknown, told: boolean): void
}

/** A call whose own try broke an instance is tried once more; one that others took down, as often as this. */
const triesAsBystander = 3

/** The tries of one call. */
export const poolCall = (asked: ModelRequest, door: PoolDoor): { next(): Promise<PoolTry> } => {
  let request = asked
  let failed = 0
  let isCulprit = false

  return {
    async next() {
      const { place, request: entered } = await door.enter(request, failed > 0)
      const began = door.clock.now()
      const { signal } = asked
      let left = false
      const leave = (): void => {
        if (left) return
        left = true
        signal?.removeEventListener('abort', leave)
        door.leave(place)
      }
      // Of an aborted stream nobody may ever ask for the next event.
      signal?.addEventListener('abort', leave, { once: true })
      return {
        ...{ place, failed, leave },
        request: { ...entered, signal: signal ? AbortSignal.any([signal, place.gone]) : place.gone },
        failure(error, told) {
          if (signal?.aborted) throw signal.reason
          const breaks = !place.gone.aborted && isBreak(error)
          if (breaks) door.broke(place, error)
          if (!place.gone.aborted) throw error
          const { reason } = place.gone
          // It was given back on purpose.
          if (!(reason instanceof RuntimeError)) throw reason
          const isOver =
            told || (breaks && isCulprit) || failed >= triesAsBystander || request.attempts?.take() === false
          if (isOver) throw reason
          isCulprit ||= breaks
          failed += 1
          request = withLessTime(entered, door.clock.now() - began)
        },
      }
    },
  }
}

/** What an instance does not get over. */
const isBreak = (error: unknown): boolean =>
  KkachiError.is(error) && (error.code === 'runtime/failed' || error.code === 'runtime/out-of-memory')
