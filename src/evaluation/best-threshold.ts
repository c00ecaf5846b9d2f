import { derive } from '../data/seeded-random.ts'
import { agreementFigures } from './agreement.ts'

/** What a threshold is chosen by. */
export type ThresholdAim = 'kappa' | 'agreement' | 'f1'

export interface BestThreshold {
  /** A score from which on a prediction passes; halfway to the next lower score that was seen. */
  readonly threshold: number
  readonly by: ThresholdAim
  /** The figure at this threshold on the data it was chosen on: too good by what was learned from them. */
  readonly value: number
  /** The figure that such a choice comes to on data it was not made on, by the resamples; undefined where it cannot be told. */
  readonly heldOut: number | undefined
  /** 95 % of the resamples choose a threshold in this range. */
  readonly low: number
  readonly high: number
}

export interface ThresholdOptions {
  readonly by: ThresholdAim
  readonly seed: number
  readonly resamples: number
}

/** A score and whether it should pass. */
export type Labeled = readonly [score: number, truth: boolean]

/**
 * The threshold that agrees best with the labels, the lowest where several do equally well, with the range in which it
 * lies by resampling (percentile bootstrap) and what it is worth on the rows a resample left out (Efron 1983).
 *
 * Undefined when the labels are all alike.
 */
export const bestThreshold = (
  labeled: readonly Labeled[],
  { by, seed, resamples }: ThresholdOptions,
): BestThreshold | undefined => {
  const rows = labeled.toSorted(([a], [b]) => a - b)
  const chosen = choose(rows, () => 1, by)
  if (chosen === undefined) return undefined
  const random = derive(seed, 'best-threshold')
  const thresholds: number[] = []
  const heldOut: number[] = []
  for (let sample = 0; sample < resamples; sample += 1) {
    const times = new Uint32Array(rows.length)
    for (let drawn = 0; drawn < rows.length; drawn += 1) {
      const row = Math.floor(random.random() * rows.length)
      times[row] = (times[row] ?? 0) + 1
    }
    const again = choose(rows, row => times[row] ?? 0, by)
    if (again === undefined) continue
    thresholds.push(again.threshold)
    const elsewhere = valueAt(rows, again.threshold, row => (times[row] === 0 ? 1 : 0), by)
    if (elsewhere !== undefined) heldOut.push(elsewhere)
  }
  thresholds.sort((a, b) => a - b)
  const at = (share: number): number =>
    thresholds[Math.min(Math.max(Math.floor(share * thresholds.length), 0), thresholds.length - 1)] ?? chosen.threshold
  return {
    ...chosen,
    by,
    heldOut: heldOut.length === 0 ? undefined : heldOut.reduce((sum, value) => sum + value, 0) / heldOut.length,
    low: at(0.025),
    high: at(0.975),
  }
}

/** The best of the thresholds between the scores of rows that come from the lowest; `weight` counts a row. */
const choose = (
  rows: readonly Labeled[],
  weight: (row: number) => number,
  by: ThresholdAim,
): { readonly threshold: number; readonly value: number } | undefined => {
  let truePositives = 0
  let falsePositives = 0
  for (const [row, [, truth]] of rows.entries()) {
    if (truth) truePositives += weight(row)
    else falsePositives += weight(row)
  }
  if (truePositives === 0 || falsePositives === 0) return undefined
  let [trueNegatives, falseNegatives] = [0, 0]
  let best: { readonly threshold: number; readonly value: number } | undefined
  let below: number | undefined
  for (const [row, [score, truth]] of rows.entries()) {
    const times = weight(row)
    if (times === 0) continue
    if (score !== below) {
      const value = agreementFigures({ truePositives, falsePositives, trueNegatives, falseNegatives })[by]
      if (value !== undefined && (best === undefined || value > best.value)) {
        best = { threshold: below === undefined ? Math.min(score, 0) : (below + score) / 2, value }
      }
    }
    below = score
    if (truth) {
      truePositives -= times
      falseNegatives += times
    } else {
      falsePositives -= times
      trueNegatives += times
    }
  }
  return best
}

const valueAt = (
  rows: readonly Labeled[],
  threshold: number,
  weight: (row: number) => number,
  by: ThresholdAim,
): number | undefined => {
  const table = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  for (const [row, [score, truth]] of rows.entries()) {
    const passes = score >= threshold
    const cell = passes ? (truth ? 'truePositives' : 'falsePositives') : truth ? 'falseNegatives' : 'trueNegatives'
    table[cell] += weight(row)
  }
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = table
  return tp + fp + tn + fn === 0 ? undefined : agreementFigures(table)[by]
}
