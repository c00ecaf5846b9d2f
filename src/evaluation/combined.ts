import { ConfigurationError } from '../errors/configuration-error.ts'
import { applyMetric, type Metric, type MetricResult, metricName } from './metric.ts'

export interface CombinedOptions {
  /** The score from which a prediction has passed; when absent it has passed where it has by every metric. */
  readonly threshold?: number
  readonly name?: string
}

/**
 * Several metrics as one: the mean of their scores by weight. What each said stands in `details` by its name, and what was
 * wrong by any of them, with the name in front, in `feedback`.
 *
 * Metrics are asked one after the other, so that the second's model is not asked where the first fails. Two of one name get
 * a number: `judge`, `judge 2`.
 *
 * @throws ConfigurationError `configuration/invalid` for no metric, or weights that are not one number above 0 each
 * @example
 * const metric = combined([exactMatch({ field: 'answer' }), judge({ model, criteria })], [0.8, 0.2])
 */
export const combined = <Row extends object, Output extends object>(
  metrics: readonly Metric<Row, Output>[],
  weights: readonly number[] = metrics.map(() => 1),
  { threshold, name = 'combined' }: CombinedOptions = {},
): Metric<Row, Output> => {
  const isUsable = weights.length === metrics.length && weights.every(weight => Number.isFinite(weight) && weight > 0)
  if (metrics.length === 0 || !isUsable) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected at least one metric and a weight above 0 for each, got ${metrics.length} metrics and the weights ${weights.join(', ') || 'none'}. Write combined([exactMatch(), f1()], [0.8, 0.2]).`,
      { option: 'weights' },
    )
  }
  const names = namesOf(metrics)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return {
    name,
    async evaluate(example, prediction, trace, scope) {
      const results: MetricResult[] = []
      for (const metric of metrics) {
        results.push(await applyMetric(metric, example, prediction, trace, scope?.signal))
      }
      const score = results.reduce((sum, result, place) => sum + result.score * (weights[place] ?? 0), 0) / total
      const feedback = results.flatMap((result, place) =>
        result.feedback === undefined ? [] : [`${names[place]}: ${result.feedback}`],
      )
      return {
        score,
        passed: threshold === undefined ? results.every(result => result.passed) : score >= threshold,
        ...(feedback.length > 0 && { feedback: feedback.join('\n') }),
        details: Object.fromEntries(results.map((result, place) => [names[place], result])),
      }
    },
  }
}

const namesOf = (metrics: readonly Metric<never, never>[]): readonly string[] => {
  const seen = new Map<string, number>()
  return metrics.map(metric => {
    const name = metricName(metric)
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} ${times}`
  })
}
