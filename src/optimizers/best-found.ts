import type { ScoredCandidate } from '../search/candidate.ts'
import type { Found } from './optimization.ts'

/** What a search comes to that gives the best it scored; the student where it scored nothing better. */
export const bestFound = (
  { best }: { readonly best: ScoredCandidate | undefined },
  baseline: ScoredCandidate | undefined,
  cut: boolean,
): Found => {
  const found = best ?? baseline
  return found === undefined ? { cut } : { state: found.state, score: found.score, baseline, cut }
}
