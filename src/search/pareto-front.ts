import type { Random } from '../data/random.ts'
import type { ScoredCandidate } from './candidate.ts'

/** Which candidates are best on a row, for each row; candidates by their place in the list. */
export type RowFronts = readonly (readonly number[])[]

/**
 * The candidates with the highest score on each row: every row is an objective of its own.
 *
 * @param scores the scores of each candidate, row by row
 */
export const rowFronts = (scores: readonly (readonly number[])[]): RowFronts => {
  const rows = Math.max(0, ...scores.map(own => own.length))
  return Array.from({ length: rows }, (_, row) => {
    const best = Math.max(...scores.map(own => own[row] ?? Number.NEGATIVE_INFINITY))
    return [...scores.keys()].filter(candidate => scores[candidate]?.[row] === best)
  })
}

/**
 * Leaves out of the fronts each candidate that is dominated: on every row where it is best, another that stays is as good.
 * The candidates with the lowest means go first. No row loses all its candidates.
 *
 * @param means the mean score of each candidate
 */
export const withoutDominated = (fronts: RowFronts, means: readonly number[]): RowFronts => {
  const rowsOf = new Map<number, number[]>()
  for (const [row, front] of fronts.entries()) {
    for (const candidate of front) rowsOf.set(candidate, [...(rowsOf.get(candidate) ?? []), row])
  }
  const left = fronts.map(front => front.length)
  const dominated = new Set<number>()
  // One pass is enough: what leaves later only makes those that stayed harder to do without.
  for (const candidate of [...rowsOf.keys()].toSorted((a, b) => (means[a] ?? 0) - (means[b] ?? 0))) {
    const rows = rowsOf.get(candidate) ?? []
    if (!rows.every(row => (left[row] ?? 0) > 1)) continue
    dominated.add(candidate)
    for (const row of rows) left[row] = (left[row] ?? 0) - 1
  }
  return fronts.map(front => front.filter(candidate => !dominated.has(candidate)))
}

/** Each candidate of the fronts with the number of rows on which it is best, in the order in which the rows name them. */
export const frontCounts = (fronts: RowFronts): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>()
  for (const front of fronts) for (const candidate of front) counts.set(candidate, (counts.get(candidate) ?? 0) + 1)
  return counts
}

/**
 * Draws a candidate of the fronts, as often as there are rows on which it is best.
 *
 * @throws RangeError when the fronts are empty
 */
export const drawFromFront = (fronts: RowFronts, random: Random): number =>
  random.choice(
    [...frontCounts(fronts)].flatMap(([candidate, count]) => Array.from({ length: count }, () => candidate)),
  )

/** A candidate of a Pareto front, and on how many rows none is better. */
export interface FrontMember {
  readonly candidate: ScoredCandidate
  readonly rows: number
}

/**
 * The Pareto front of a run over the rows it was scored on: every candidate that is best on some row, but for those that
 * others can stand in for on all their rows. The most versatile first. Candidates that were not scored on all rows are
 * left out.
 *
 * @see Agrawal et al. 2025, arXiv:2507.19457, algorithm 2
 * @example
 * const { candidates } = await gepa().optimize(student, problem)
 * for (const { candidate, rows } of paretoFront(candidates)) show(candidate.label, rows)
 */
export const paretoFront = (candidates: readonly ScoredCandidate[]): readonly FrontMember[] => {
  const rows = Math.max(0, ...candidates.map(({ scores }) => scores.length))
  const whole = candidates.filter(({ scores }) => scores.length === rows).toSorted((a, b) => a.index - b.index)
  const scores = whole.map(candidate => candidate.scores)
  const fronts = withoutDominated(
    rowFronts(scores),
    whole.map(({ score }) => score),
  )
  return [...frontCounts(fronts)]
    .flatMap(([place, count]) => {
      const candidate = whole[place]
      return candidate === undefined ? [] : [{ candidate, rows: count }]
    })
    .toSorted((a, b) => b.rows - a.rows || a.candidate.index - b.candidate.index)
}
