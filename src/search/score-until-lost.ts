import type { Candidate, ScoredCandidate } from './candidate.ts'
import type { Observation, Part } from './observation.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/** The rows to compare on. */
export interface ScoredRows {
  readonly part: Part
  readonly rows: readonly number[]
}

/** Parts in which rows are run; after each it is seen who can still win. */
const laps = 4

/**
 * Scores candidates on rows, each only for as long as it would beat the best of the run if it were perfect on all
 * that is left: the winner is as good as if every candidate had been scored on every row. One that cannot win is told
 * by `candidate-dropped` and not entered. Who leads after the first lap goes on first, which puts the others out
 * sooner.
 *
 * All candidates have to be scored on the same rows. Where there are scores above 1, which no metric should give, nobody
 * is dropped. False when the budget ended.
 */
export async function* scoreUntilLost<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  candidates: readonly Candidate[],
  { part, rows }: ScoredRows,
): AsyncGenerator<SearchEvent, boolean, undefined> {
  const discarded = (label: string) => ({ type: 'candidate-discarded', label, reason: 'budget' }) as const
  const asksOf = (candidate: Candidate, places: readonly number[]) => places.map(row => ({ candidate, part, row }))
  const lapSize = Math.ceil(rows.length / laps)
  const first = rows.slice(0, lapSize)
  const started = yield* run.observe(candidates.flatMap(candidate => asksOf(candidate, first)))
  if (started === undefined) {
    for (const { label } of candidates) yield discarded(label)
    return false
  }
  const runners = candidates.map((candidate, place) => ({
    candidate,
    seen: started.slice(place * first.length, (place + 1) * first.length),
  }))
  for (const runner of runners.toSorted((a, b) => sumOf(b.seen) - sumOf(a.seen))) {
    const { candidate } = runner
    let { seen } = runner
    while (seen.length < rows.length && canWin(seen, rows.length, run.best)) {
      const more = yield* run.observe(asksOf(candidate, rows.slice(seen.length, seen.length + lapSize)))
      if (more === undefined) {
        yield discarded(candidate.label)
        return false
      }
      seen = [...seen, ...more]
    }
    if (seen.length === rows.length) yield* run.enter(candidate, seen)
    else yield { type: 'candidate-dropped', candidate: candidate.index, reason: reasonOf(seen, rows.length) }
  }
  return true
}

/** Whether a candidate that was seen on some of the rows could still beat the best; equal is not better. */
export const canWin = (
  seen: readonly Pick<Observation, 'score'>[],
  rows: number,
  best: Pick<ScoredCandidate, 'scores'> | undefined,
): boolean => {
  const scores = [...seen.map(({ score }) => score), ...(best?.scores ?? [])]
  return best === undefined || scores.some(score => score > 1) || sumOf(seen) + rows - seen.length > sum(best.scores)
}

const reasonOf = (seen: readonly Observation[], rows: number): string =>
  `After ${seen.length} of ${rows} rows it could no longer beat the best.`

const sumOf = (observations: readonly Pick<Observation, 'score'>[]): number =>
  sum(observations.map(({ score }) => score))

const sum = (scores: readonly number[]): number => scores.reduce((total, score) => total + score, 0)
