/** One line of the results: what was measured, what it has to reach, and whether it does. */
export interface Line {
  readonly what: string
  readonly bar: string
  readonly found: string
  /** Undefined where nothing is asked. */
  readonly holds: boolean | undefined
}

/** A part of the bench: a table of its own and the lines it answers for. */
export interface Part {
  readonly title: string
  /** How it is done, one sentence or two. */
  readonly how: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly lines: readonly Line[]
}

export const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
export const times = (value: number): string => `${value.toFixed(value >= 10 ? 1 : 2)} x`
export const atLeast = (what: string, found: number, bar: number): Line => ({
  what,
  bar: `>= ${bar} x`,
  found: times(found),
  holds: found >= bar,
})
