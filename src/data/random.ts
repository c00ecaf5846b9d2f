/**
 * The only dice. The same seed gives the same sequence on every platform.
 *
 * 1. Nothing but its own calls moves it on; two of one seed, called alike, stay alike.
 * 2. `sample` and `shuffle` leave what they are given unchanged.
 */
export interface Random {
  /** A float in [0, 1) with 53 bits. */
  random(): number
  /** An integer in [low, high], both included; a RangeError when low is above high. */
  integer(low: number, high: number): number
  /** One element; a RangeError when there is none. */
  choice<T>(items: readonly T[]): T
  /** `count` different elements in random order; a RangeError when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[]
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[]
}
