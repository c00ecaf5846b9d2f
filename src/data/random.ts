/** The only dice. The same seed gives the same sequence on every platform. */
export interface Random {
  /** A float in [0, 1) with 53 bits. */
  random(): number
  /** An integer in [low, high], both included. */
  integer(low: number, high: number): number
  /** One element; a RangeError when there is none. */
  choice<T>(items: readonly T[]): T
  /** `count` different elements in random order; a RangeError when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[]
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[]
}
