import type { ProgramState } from '../ports/module.ts'

/** What a candidate changed of the candidate it came from. */
export interface Change {
  /** Who made it: `grounded`, `reflection`, `rules`, `labeled demos`, `bootstrap`, `merge`. */
  readonly by: string
  /** The predictors it changed. */
  readonly paths: readonly string[]
  /** What it changed of them. */
  readonly parts: readonly ChangedPart[]
}

export type ChangedPart = 'instructions' | 'demos' | 'descriptions' | 'code'

/** Where a candidate comes from. */
export interface Lineage {
  /** The candidates it was made of, by index; none for one that came from outside. */
  readonly parents: readonly number[]
  readonly change?: Change
}

/** Something a program could have learned. */
export interface Candidate extends Partial<Lineage> {
  /** Its place in the order of proposing, from 0. */
  readonly index: number
  /** What made it: `student`, `zero-shot`, `labeled demos`, `bootstrap`, `bootstrap, shuffle 3`. */
  readonly label: string
  readonly state: ProgramState
}

/** A candidate and how it did on the rows it was scored on: all of them, but for optimizers that stop early. */
export interface ScoredCandidate extends Candidate {
  /** The mean over these rows, or what the optimizer reckons it to be. */
  readonly score: number
  /** The 95 % confidence interval of the score. */
  readonly low: number
  readonly high: number
  /** The score of each row, in their order. */
  readonly scores: readonly number[]
  /** The examples that failed. */
  readonly failures: number
  /** The calls the run had spent when this score was known. */
  readonly calls: number
}

/** The better of two, the earlier where they tie: a longer prompt has to earn its place. */
export const better = (best: ScoredCandidate | undefined, next: ScoredCandidate): ScoredCandidate =>
  best === undefined || next.score > best.score ? next : best
