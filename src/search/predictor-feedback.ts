import { isSystemic } from '../evaluation/is-systemic.ts'
import { applyMetric, type Metric } from '../evaluation/metric.ts'
import type { Observation } from './observation.ts'
import type { SearchRun } from './search-run.ts'

/**
 * An observation with the feedback that the metric has for one predictor: asked again with `scope.predictor`, as DSPy's
 * GEPA asks with `pred_name`. Only the feedback is taken; the score stays the one of the whole program.
 *
 * Only a metric that declares its fourth parameter is asked, for no other could tell the difference; one that throws for
 * this row has nothing to say.
 */
export const predictorFeedback = async <Input, Output extends object, Row extends object>(
  { train, dev, metric, context }: SearchRun<Input, Output, Row>,
  observation: Observation,
  path: string,
): Promise<Observation> => {
  const { part, row, prediction, trace, error } = observation
  if (prediction === undefined || error !== undefined || !readsScope(metric)) return observation
  const example = (part === 'train' ? train : dev)[row] as Row
  const signal = context.signal ?? new AbortController().signal
  try {
    const { feedback } = await applyMetric(metric, example, prediction as Output, trace, signal, {
      predictor: path,
      predictorTrace: trace.filter(step => step.path === path),
    })
    return feedback === undefined ? observation : { ...observation, feedback }
  } catch (reason) {
    if (signal.aborted || isSystemic(reason)) throw reason
    return observation
  }
}

const readsScope = (metric: Metric<never, never>): boolean =>
  (typeof metric === 'function' ? metric : metric.evaluate).length >= 4
