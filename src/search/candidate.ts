import type { ProgramState } from '../ports/module.ts'

/** Something a program could have learned. */
export interface Candidate {
  /** Its place in the order of proposing, from 0. */
  readonly index: number
  /** What made it: `student`, `zero-shot`, `labeled demos`, `bootstrap`, `bootstrap, shuffle 3`. */
  readonly label: string
  readonly state: ProgramState
}

/** A candidate and how it did on the development set. */
export interface ScoredCandidate extends Candidate {
  /** The mean on the development set. */
  readonly score: number
  /** The 95 % confidence interval of the score. */
  readonly low: number
  readonly high: number
  /** The score of each example, in their order. */
  readonly scores: readonly number[]
  /** The examples that failed. */
  readonly failures: number
  /** The calls the run had spent when this score was known. */
  readonly calls: number
}

/** The better of two, the earlier where they tie: a longer prompt has to earn its place. */
export const better = (best: ScoredCandidate | undefined, next: ScoredCandidate): ScoredCandidate =>
  best === undefined || next.score > best.score ? next : best
