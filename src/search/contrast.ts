import { mean } from '../evaluation/statistics.ts'
import type { Observation } from './observation.ts'

/** Several runs of one row, by what they came to. */
export interface Contrast {
  /** The run of the highest score, and that of the lowest; of equal ones the first, and the last. */
  readonly good: Observation
  readonly bad: Observation
  /** The highest score less the lowest. */
  readonly gap: number
  /** The highest score less the average. */
  readonly lead: number
}

/** Sorts runs of the same row: the rows of which most can be learned come first. */
export const contrastsOf = (byRow: readonly (readonly Observation[])[]): readonly Contrast[] =>
  byRow.flatMap(contrastOf).toSorted((a, b) => b.gap - a.gap || b.good.score - a.good.score || b.lead - a.lead)

const contrastOf = (runs: readonly Observation[]): readonly Contrast[] => {
  const sorted = runs.toSorted((a, b) => b.score - a.score)
  const good = sorted[0]
  const bad = sorted.at(-1)
  if (good === undefined || bad === undefined) return []
  return [{ good, bad, gap: good.score - bad.score, lead: good.score - mean(runs.map(({ score }) => score)) }]
}

/** The value below which a share of the values lies, between two of them where it falls there; 0 for no values. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)] ?? 0
  const high = sorted[Math.ceil(place)] ?? low
  return low + (high - low) * (place - Math.floor(place))
}
