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
  failed(): void
  /** It ended without saying anything about the model: the caller left, or something else was wrong. */
  undecided(): void
}

/** Keeps calls away from what fails anyway. */
export interface CircuitBreaker {
  /** Milliseconds until a trial may be had; 0 when it may now. */
  readonly waitMs: number
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
    const end = (tell: () => void) => (): void => {
      if (told) return
      told = true
      if (isProbe) probing = false
      if (began === age) tell()
    }
    return {
      succeeded: end(() => {
        if (isProbe) close()
        inARow = 0
      }),
      failed: end(() => {
        inARow += 1
        if (isProbe || inARow >= failures) open()
      }),
      undecided: end(() => {}),
    }
  }

  const waitMs = (): number => (openUntil === undefined ? 0 : Math.max(0, openUntil - clock.now()))

  return {
    get waitMs() {
      return waitMs()
    },
    enter() {
      if (openUntil === undefined) return trial(false)
      if (probing || waitMs() > 0) return undefined
      probing = true
      return trial(true)
    },
  }
}
