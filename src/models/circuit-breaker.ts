import type { ErrorCode } from '../errors/codes.ts'
import type { Clock } from '../ports/clock.ts'

export interface CircuitBreakerOptions {
  /** Failures in a row after which nothing is sent for a while. */
  readonly failures: number
  /** Milliseconds nothing is sent. */
  readonly cooldownMs: number
  readonly clock: Clock
}

/** The leave to try once; one of its ends is told, further ones say nothing. */
export interface Trial {
  succeeded(): void
  failed(code: ErrorCode): void
  /** It ended without saying anything about the model: the caller left, or something else was wrong. */
  undecided(): void
}

/** Keeps calls away from what fails anyway. */
export interface CircuitBreaker {
  /** Milliseconds until a trial may be had; 0 when it may now. */
  readonly waitMs: number
  /** The last failure, since it was last closed. */
  readonly failure: ErrorCode | undefined
  /** Leave to try, or undefined while the circuit is open or its one probe is under way. */
  enter(): Trial | undefined
}

/**
 * A circuit that is closed until so many calls in a row failed, then open for a while, then half open: one probe goes
 * through, and closes it or opens it anew.
 *
 * What was begun before the circuit opened says nothing about it any more.
 */
export const circuitBreaker = ({ failures, cooldownMs, clock }: CircuitBreakerOptions): CircuitBreaker => {
  let inARow = 0
  let openUntil: number | undefined
  let failure: ErrorCode | undefined
  let probing = false
  let age = 0 // how often it opened or closed

  const open = (): void => {
    openUntil = clock.now() + cooldownMs
    age += 1
  }
  const close = (): void => {
    openUntil = undefined
    inARow = 0
    age += 1
  }

  const trial = (isProbe: boolean): Trial => {
    const began = age
    let told = false
    /** Whether this end is told first and still says something. */
    const ends = (): boolean => {
      if (told) return false
      told = true
      if (isProbe) probing = false
      return began === age
    }
    return {
      succeeded() {
        if (!ends()) return
        inARow = 0
        failure = undefined
        if (isProbe) close()
      },
      failed(code) {
        if (!ends()) return
        inARow += 1
        failure = code
        if (isProbe || inARow >= failures) open()
      },
      undecided: () => void ends(),
    }
  }

  const waitMs = (): number => (openUntil === undefined ? 0 : Math.max(0, openUntil - clock.now()))

  return {
    get waitMs() {
      return waitMs()
    },
    get failure() {
      return failure
    },
    enter() {
      if (openUntil === undefined) return trial(false)
      if (probing || waitMs() > 0) return undefined
      probing = true
      return trial(true)
    },
  }
}
