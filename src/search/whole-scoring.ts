import { eachOf, type Spent, unspent } from './budget.ts'
import type { Candidate, ScoredCandidate } from './candidate.ts'
import type { Ask } from './observation.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/** Scores candidates on every scoring row of a run. */
export interface WholeScoring {
  /** What one cost so far, at most. */
  readonly cost: Spent
  /** Undefined when the budget ended within it: then the candidate counts for nothing. */
  score(candidate: Candidate): AsyncGenerator<SearchEvent, ScoredCandidate | undefined, undefined>
}

/** What it takes of a run, and of a stage of one. */
type Scored<Input, Output extends object, Row extends object> = Pick<
  SearchRun<Input, Output, Row>,
  'meter' | 'scoring' | 'scoringPart' | 'observe' | 'enter'
>

/** Begins with what scoring a candidate cost before. */
export const wholeScoring = <Input, Output extends object, Row extends object>(
  run: () => Scored<Input, Output, Row>,
  costBefore: Spent = unspent,
): WholeScoring => {
  let cost = costBefore
  return {
    get cost() {
      return cost
    },
    async *score(candidate) {
      const { meter, scoring, scoringPart, observe, enter } = run()
      const before = meter.spent
      const observations = yield* observe(scoring.map((_, row): Ask => ({ candidate, part: scoringPart, row })))
      if (observations === undefined) {
        yield { type: 'candidate-discarded', label: candidate.label, reason: 'budget' }
        return undefined
      }
      const spent = eachOf((after, then) => after - then, meter.spent, before)
      cost = eachOf(Math.max, cost, spent)
      return yield* enter(candidate, observations)
    },
  }
}
