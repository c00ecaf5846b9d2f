import type { Random } from '../data/random.ts'
import type { ScoredCandidate } from './candidate.ts'
import { drawFromFront, type RowFronts, rowFronts, withoutDominated } from './pareto-front.ts'

/**
 * Which candidate to improve next: `pareto` draws one of those that are best on some row, by on how many;
 * `current-best` takes the one with the best mean; `epsilon-greedy` the same, but for one time in ten any; `top-k-pareto`
 * draws as `pareto` among the five with the best means.
 */
export type CandidateSelection = 'pareto' | 'current-best' | 'epsilon-greedy' | 'top-k-pareto'

export const candidateSelections: readonly CandidateSelection[] = [
  'pareto',
  'current-best',
  'epsilon-greedy',
  'top-k-pareto',
]

/** Candidates that were scored on the same rows. */
export interface FrontPool {
  readonly members: readonly ScoredCandidate[]
  /** The place of the best mean, the first where several tie. */
  readonly best: number
  /** The Pareto front: who is best on each row, without the dominated. */
  readonly fronts: RowFronts
  add(candidate: ScoredCandidate): void
  /** The place of the candidate to improve next. */
  select(selection: CandidateSelection, random: Random): number
}

const exploring = 0.1 // gepa 0.1.4: epsilon=0.1
const top = 5 // gepa 0.1.4: k=5

/** Opens a pool with the candidate a search begins with. */
export const frontPool = (first: ScoredCandidate): FrontPool => {
  const members: ScoredCandidate[] = [first]
  let known: { readonly all: RowFronts; readonly fronts: RowFronts } | undefined
  const means = (): readonly number[] => members.map(({ score }) => score)
  const fronts = (): { readonly all: RowFronts; readonly fronts: RowFronts } => {
    if (known !== undefined) return known
    const all = rowFronts(members.map(({ scores }) => scores))
    known = { all, fronts: withoutDominated(all, means()) }
    return known
  }
  const best = (): number =>
    members.reduce((best, { score }, place) => (score > (members[best]?.score ?? 0) ? place : best), 0)

  /** The fronts of the candidates with the best means alone; rows on which none of them is best have none. */
  const ofTop = (): RowFronts => {
    const places = new Set(
      [...members.keys()].toSorted((a, b) => (members[b]?.score ?? 0) - (members[a]?.score ?? 0)).slice(0, top),
    )
    const left = fronts().all.map(front => front.filter(place => places.has(place)))
    return withoutDominated(
      left.filter(front => front.length > 0),
      means(),
    )
  }

  return {
    members,
    get best() {
      return best()
    },
    get fronts() {
      return fronts().fronts
    },
    add(candidate) {
      members.push(candidate)
      known = undefined
    },
    select(selection, random) {
      switch (selection) {
        case 'current-best':
          return best()
        case 'epsilon-greedy':
          return random.random() < exploring ? random.integer(0, members.length - 1) : best()
        case 'top-k-pareto': {
          const front = ofTop()
          return front.length === 0 ? best() : drawFromFront(front, random)
        }
        case 'pareto':
          return drawFromFront(fronts().fronts, random)
      }
    },
  }
}
