import type { Example } from '../data/example.ts'
import { mapConcurrently } from '../data/map-concurrently.ts'
import { DataError } from '../errors/data-error.ts'
import {
  type AgreementFigures,
  agreementFigures,
  type Confusion,
  confusionOf,
  correlation,
  rankCorrelation,
} from './agreement.ts'
import { type BestThreshold, bestThreshold, type ThresholdAim } from './best-threshold.ts'
import { isSystemic } from './is-systemic.ts'
import { applyMetric, type Metric, type MetricResult } from './metric.ts'
import { type MeanInterval, meanInterval } from './statistics.ts'
import { unanswered } from './unanswered.ts'

/** A prediction that a person judged. */
export interface LabeledPrediction<Row = Example, Output = object> {
  readonly example: Row
  readonly prediction: Output
  /** Whether it is good, or how good, from 0 to 1. */
  readonly label: boolean | number
}

export interface CalibrateOptions {
  /** The score from which the judge lets pass; what it says has passed when absent. */
  readonly threshold?: number
  /** The label from which a prediction is good; 0.5 when absent. */
  readonly goodFrom?: number
  /** What the best threshold is chosen by; `kappa` when absent. */
  readonly by?: ThresholdAim
  /** Predictions judged at once; 8 when absent. */
  readonly concurrency?: number
  /** Of the resampling; 0 when absent. */
  readonly seed?: number
  /** 1,000 when absent. */
  readonly resamples?: number
  readonly signal?: AbortSignal
}

/** What a judge said about a labeled prediction. */
export interface Judgement<Row = Example, Output = object> extends LabeledPrediction<Row, Output>, MetricResult {
  /** Its place in the data, from 0. */
  readonly index: number
  /** Whether the label says that it is good. */
  readonly good: boolean
}

/** How far a judge can be trusted. */
export interface Calibration<Row = Example, Output = object> extends Omit<AgreementFigures, 'agreement'> {
  /** The labeled predictions that the judge judged. */
  readonly n: number
  /** The share on which judge and labels agree, with its 95 % interval. */
  readonly agreement: MeanInterval
  readonly confusion: Confusion
  /** Of scores and labels as numbers (Pearson), and of their ranks (Spearman). */
  readonly correlation: number | undefined
  readonly rankCorrelation: number | undefined
  /** The mean distance of score and label. */
  readonly meanError: number
  /** Undefined when the labels are all alike. */
  readonly best: BestThreshold | undefined
  /** Where judge and label do not agree, the furthest apart first. */
  readonly disagreements: readonly Judgement<Row, Output>[]
  /** In the order of the data. */
  readonly judgements: readonly Judgement<Row, Output>[]
  /** The predictions that could not be judged, and why; they count nowhere else. */
  readonly failures: readonly { readonly index: number; readonly error: unknown }[]
}

/**
 * Compares a judge with labels that people gave: how often they agree, how much of that is more than chance, where they do
 * not, and which threshold would agree best.
 *
 * What ends an evaluation ends it too. The judge's own usage is counted by the judge.
 *
 * @see Cohen 1960 for kappa; Efron 1979 and 1983 for the intervals and the held-out value
 * @throws DataError `data/empty` for no labeled predictions, `data/fields` for a label that is no boolean and no number
 * @example
 * const { agreement, kappa, best, disagreements } = await calibrate(polite, labeled)
 * const stricter = judge({ ...options, threshold: best?.threshold ?? 0.5 })
 */
export const calibrate = async <Row extends object, Output extends object>(
  judge: Metric<Row, Output>,
  labeled: readonly LabeledPrediction<Row, Output>[],
  options: CalibrateOptions = {},
): Promise<Calibration<Row, Output>> => {
  const { threshold, goodFrom = 0.5, by = 'kappa', concurrency = 8, seed = 0, resamples = 1_000, signal } = options
  if (labeled.length === 0) {
    throw new DataError('data/empty', 'Expected at least one labeled prediction, got none. Label some by hand.')
  }
  for (const [row, { label }] of labeled.entries()) checkLabel(label, row)

  const judging = mapConcurrently(labeled, { concurrency, signal }, async (row, index, inner) => {
    try {
      const result = await applyMetric(judge, row.example, row.prediction, undefined, inner)
      const passed = threshold === undefined ? result.passed : result.score >= threshold
      return { judgement: { ...row, ...result, passed, index, good: Number(row.label) >= goodFrom } }
    } catch (error) {
      if (inner.aborted || isSystemic(error)) throw error
      return { index, error }
    }
  })
  let step = await judging.next()
  while (!step.done) step = await judging.next()
  const nothing = unanswered(step.value)
  if (nothing !== undefined) throw nothing
  const judgements = step.value.flatMap(one => ('judgement' in one ? one.judgement : []))
  const failures = step.value.flatMap(one => ('judgement' in one ? [] : one))
  if (judgements.length === 0) throw failures[0]?.error

  const scores = judgements.map(({ score }) => score)
  const labels = judgements.map(({ label }) => Number(label))
  const confusion = confusionOf(judgements.map(({ passed, good }) => [passed, good] as const))
  const { agreement: _, ...figures } = agreementFigures(confusion)
  return {
    n: judgements.length,
    agreement: meanInterval(
      judgements.map(({ passed, good }) => (passed === good ? 1 : 0)),
      { seed },
    ),
    ...figures,
    confusion,
    correlation: correlation(scores, labels),
    rankCorrelation: rankCorrelation(scores, labels),
    meanError: scores.reduce((sum, score, row) => sum + Math.abs(score - (labels[row] ?? 0)), 0) / scores.length,
    best: bestThreshold(
      judgements.map(({ score, good }) => [score, good] as const),
      { by, seed, resamples },
    ),
    disagreements: judgements
      .filter(({ passed, good }) => passed !== good)
      .sort((a, b) => distance(b) - distance(a) || a.index - b.index),
    judgements,
    failures,
  }
}

const distance = ({ score, label }: { readonly score: number; readonly label: boolean | number }): number =>
  Math.abs(score - Number(label))

const checkLabel = (label: unknown, row: number): void => {
  if (typeof label === 'boolean' || (typeof label === 'number' && Number.isFinite(label))) return
  throw new DataError(
    'data/fields',
    `Expected the label of labeled prediction ${row + 1} to be true, false or a number from 0 to 1, got ${label === null ? 'null' : typeof label}. Write label: true.`,
  )
}
