import type { Candidate, ScoredCandidate } from './candidate.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/**
 * Scores candidates on every scoring row, as many of them at once as the budget seems to hold, so that a run takes no
 * longer than its rows need. Shorter than the candidates where the budget ended: the rest counts for nothing.
 */
export async function* scoreTogether<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  candidates: readonly Candidate[],
): AsyncGenerator<SearchEvent, readonly ScoredCandidate[], undefined> {
  const rows = run.scoring.length
  const scored: ScoredCandidate[] = []
  while (scored.length < candidates.length) {
    const left = candidates.length - scored.length
    // Near the end of a budget one by one: a step that is cut counts for nothing.
    const fitting = Math.floor(run.runsThatFit(2 * left * rows) / (2 * rows))
    const batch = candidates.slice(scored.length, scored.length + Math.max(1, fitting))
    const observations = yield* run.observe(
      batch.flatMap(candidate => run.scoring.map((_, row) => ({ candidate, part: run.scoringPart, row }))),
    )
    if (observations === undefined) {
      for (const { label } of batch) yield { type: 'candidate-discarded', label, reason: 'budget' }
      return scored
    }
    for (const [index, candidate] of batch.entries()) {
      scored.push(yield* run.enter(candidate, observations.slice(index * rows, (index + 1) * rows)))
    }
  }
  return scored
}
