/** What is wrong with an answer; the caller makes the typed error of it. */
export interface Defect {
  readonly defect: string
  /** The provider gave up on the answer; the rest of what it sent is its word about why. */
  readonly refused?: boolean
  /** It cannot come of an accident, so asking again does not help. */
  readonly hostile?: boolean
}

/** What a stream that stopped early is. */
export const cut = 'a stream that ended before its answer did'
