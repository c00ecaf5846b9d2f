import { better, type ScoredCandidate } from './candidate.ts'

/** Who was scored, in the order of scoring, and who is the best of them. */
export interface Standings {
  readonly candidates: readonly ScoredCandidate[]
  readonly best: ScoredCandidate | undefined
  /** One that is entered again takes its own place. */
  enter(scored: ScoredCandidate): ScoredCandidate
  drop(index: number): void
}

/** Opens an empty list. */
export const standings = (): Standings => {
  const candidates: ScoredCandidate[] = []
  let best: ScoredCandidate | undefined
  const placeOf = (index: number): number => candidates.findIndex(candidate => candidate.index === index)
  return {
    candidates,
    get best() {
      return best
    },
    enter(scored) {
      const before = placeOf(scored.index)
      candidates.splice(before < 0 ? candidates.length : before, 1, scored)
      best = candidates.reduce(better)
      return best
    },
    drop(index) {
      const place = placeOf(index)
      if (place >= 0) candidates.splice(place, 1)
      best = candidates.reduce<ScoredCandidate | undefined>(better, undefined)
    },
  }
}
