import type { Candidate, ScoredCandidate } from './candidate.ts'

/** What happens in every search. */
export type SearchEvent =
  /** A row was tried as a demo; `row` is its place in the training set, `round` counts from 0. */
  | {
      readonly type: 'demo-tried'
      readonly row: number
      readonly round: number
      readonly accepted: boolean
      readonly score: number
      /** What the program or metric failed with, in words. */
      readonly error?: string
    }
  /** A round, trial, batch or depth of the optimizer begins; `of` where their number is known. */
  | { readonly type: 'round-started'; readonly name: string; readonly round: number; readonly of?: number }
  /** The prompt model wrote something: an instruction, rules, advice, a description of the data. */
  | { readonly type: 'text-proposed'; readonly about: string; readonly text: string }
  /** The prompt model was asked and nothing came of it; `error` says why, in words. */
  | { readonly type: 'proposal-failed'; readonly about: string; readonly error: string }
  | { readonly type: 'candidate-proposed'; readonly candidate: Candidate }
  /** One more example of a candidate is done. */
  | {
      readonly type: 'example-evaluated'
      readonly candidate: number
      readonly finished: number
      readonly total: number
    }
  /** `best` is the best candidate so far, this one included. */
  | { readonly type: 'candidate-evaluated'; readonly candidate: ScoredCandidate; readonly best: ScoredCandidate }
  /** No candidate did better on this scoring row so far; told by optimizers that are asked to. */
  | {
      readonly type: 'best-output'
      readonly candidate: number
      /** The place of the row among those candidates are scored on. */
      readonly row: number
      readonly score: number
      readonly prediction: object
    }
  /** A candidate is out of the race before it was scored on everything: it lost to its parent, or cannot win. */
  | { readonly type: 'candidate-dropped'; readonly candidate: number; readonly reason: string }
  /** The budget ended within this candidate, so that it does not count. */
  | { readonly type: 'candidate-discarded'; readonly label: string; readonly reason: 'budget' }
  | ({ readonly type: 'warning' } & Warning)

/** Something a person should know before trusting the result; `message` says it in a sentence, with a remedy. */
export interface Warning {
  readonly code: WarningCode
  readonly message: string
}

export type WarningCode =
  /** Rows stand in both the training and the development set. */
  | 'shared-rows'
  /** The gain could be chance. */
  | 'gain-within-noise'
  /** Development and test set disagree about the gain. */
  | 'dev-test-disagree'
  /** Every candidate got the same score on every row. */
  | 'constant-metric'
  /** Some examples have no score of their own, for the program or the metric failed. */
  | 'failed-examples'
  /** The prompt model gave nothing that could be used; only demos and given instructions were searched. */
  | 'no-proposals'
  /** Too few rows for the optimizer to tell candidates apart. */
  | 'little-data'
  /** A part of what was asked for has no effect here. */
  | 'without-effect'
  /** The result still fails rows that an earlier program got wrong. */
  | 'still-failing'
