import { mapConcurrently } from '../data/map-concurrently.ts'
import { noUsage } from '../data/usage.ts'
import { DataError } from '../errors/data-error.ts'
import type { ExampleResult } from './evaluate-example.ts'
import { type EvaluationResult, evaluationResult } from './evaluation-result.ts'
import { isSystemic } from './is-systemic.ts'
import { applyMetric, type Metric } from './metric.ts'
import { unanswered } from './unanswered.ts'

export interface EvaluatePredictionsOptions {
  /** Predictions judged at once, for metrics that ask a model; 8 when absent. */
  readonly concurrency?: number
  readonly seed?: number
  /** What a prediction counts whose metric failed; 0 when absent. */
  readonly failureScore?: number
  readonly signal?: AbortSignal
}

/**
 * Scores predictions that were made before, one for each example; `evaluate` without the runs. What ends an evaluation
 * ends it too, where a metric asks a model.
 *
 * @throws DataError `data/empty` when there are none, `data/fields` when there is not one prediction for each example
 * @example
 * const { score } = await evaluatePredictions(examples, predictions, exactMatch())
 */
export const evaluatePredictions = async <Row extends object, Output extends object>(
  examples: readonly Row[],
  predictions: readonly Output[],
  metric: Metric<Row, Output>,
  { concurrency = 8, seed = 0, failureScore = 0, signal }: EvaluatePredictionsOptions = {},
): Promise<EvaluationResult<Row, Output>> => {
  if (examples.length !== predictions.length) {
    throw new DataError(
      'data/fields',
      `Expected one prediction for each example, got ${predictions.length} for ${examples.length}. Give them in the same order.`,
    )
  }
  if (examples.length === 0) throw new DataError('data/empty', 'Expected at least one prediction, got none.')
  const pairs = examples.map((example, index) => ({ example, prediction: predictions[index] as Output }))
  const judging = mapConcurrently(
    pairs,
    { concurrency, signal },
    async ({ example, prediction }, index, inner): Promise<ExampleResult<Row, Output>> => {
      const common = { index, example, prediction, usage: noUsage }
      try {
        return { ...common, ...(await applyMetric(metric, example, prediction, undefined, inner)) }
      } catch (error) {
        if (isSystemic(error)) throw error
        return { ...common, score: failureScore, passed: false, error }
      }
    },
  )
  let step = await judging.next()
  while (!step.done) step = await judging.next()
  const nothing = unanswered(step.value)
  if (nothing !== undefined) throw nothing
  return evaluationResult(step.value, seed)
}
