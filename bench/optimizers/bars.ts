/** What `auto` has to reach, as means over worlds and seeds; scores in percent. */
export interface Bar {
  readonly budget: number
  readonly easy: number
  readonly hard: number
  /** Standard deviation over seeds at most. */
  readonly spread?: { readonly easy: number; readonly hard: number }
  readonly promptTokens?: number
}

export const bars: readonly Bar[] = [
  { budget: 60, easy: 88, hard: 62 },
  { budget: 120, easy: 91, hard: 72, spread: { easy: 6, hard: 12 }, promptTokens: 70_000 },
  { budget: 250, easy: 96, hard: 80, spread: { easy: 3, hard: 10 } },
  { budget: 500, easy: 97, hard: 88 },
]

/** How far the score that an optimizer reports may be from the test score on average. */
export const estimateBar = { easy: 3, hard: 6 }
