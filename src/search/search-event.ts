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
  | { readonly type: 'candidate-proposed'; readonly candidate: Candidate }
  /** One more development example of a candidate is done. */
  | {
      readonly type: 'example-evaluated'
      readonly candidate: number
      readonly finished: number
      readonly total: number
    }
  /** `best` is the best candidate so far, this one included. */
  | { readonly type: 'candidate-evaluated'; readonly candidate: ScoredCandidate; readonly best: ScoredCandidate }
  /** The budget ended within this candidate, so that it does not count. */
  | { readonly type: 'candidate-discarded'; readonly label: string; readonly reason: 'budget' }
