import { ModelError } from '../../errors/model-error.ts'
import { awaitTurn, type Entered } from '../../models/await-turn.ts'
import { waitingLine } from '../../models/waiting-line.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ModelRequest } from '../../ports/language-model.ts'
import type { PoolInstance } from './pool-instance.ts'

export interface PoolLineOptions {
  readonly model: string
  readonly clock: Clock
  readonly maxWaiting: number
  /** Who could take a call with such a beginning now; undefined when nobody can. */
  readonly free: (beginning: number) => PoolInstance | undefined
}

/** Where calls of a pool wait: by priority, then in order of arrival. */
export interface PoolLine {
  readonly length: number
  /** Resolves with a place, that the caller has to leave. */
  enter(request: ModelRequest, beginning: number, isAgain: boolean): Promise<Entered<PoolInstance>>
  /** Something changed: lets in whoever can enter now. */
  advance(): void
  /** Rejects everybody who waits. */
  refuse(error: unknown): void
}

/** Makes an empty line. */
export const poolLine = ({ model, clock, maxWaiting, free }: PoolLineOptions): PoolLine => {
  const line = waitingLine()
  let refusal: { readonly error: unknown } | undefined

  return {
    get length() {
      return line.length
    },
    async enter(request, beginning, isAgain) {
      if (!isAgain && line.length >= maxWaiting) {
        throw new ModelError(
          'model/rate-limit',
          `${maxWaiting} calls wait for ${model}, and no more are taken. Send fewer at once (limited), or raise maxWaiting.`,
          { model, attempts: 0 },
        )
      }
      const enter = (): PoolInstance | undefined => {
        if (refusal) throw refusal.error
        const instance = free(beginning)
        instance?.enter(beginning)
        return instance
      }
      return awaitTurn(request, { model, clock, line, enter })
    },
    advance: line.advance,
    refuse(error) {
      refusal = { error }
      line.advance()
      refusal = undefined
    },
  }
}
