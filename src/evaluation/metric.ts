import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'

/** What one predictor of a program was asked and answered. */
export interface TraceStep {
  /** The predictor's path, `hop.predict`. */
  readonly path: string
  readonly input: Example
  readonly output: Example
}

/** What the predictors of one run did, in the order they were started. */
export type Trace = readonly TraceStep[]

/** How good one prediction is. */
export interface MetricResult {
  /** 0 (useless) to 1 (perfect). */
  readonly score: number
  /** Whether it is good enough to learn from. */
  readonly passed: boolean
  /** What was wrong, in words a model can learn from. */
  readonly feedback?: string
  /** Anything worth keeping beside the score. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** What a metric may give back: true is 1, false is 0, and a number other than 0 has passed, as DSPy reads it. */
export type MetricValue = number | boolean | MetricResult

/** What surrounds a metric while it judges. */
export interface MetricScope {
  /** Ends what the metric still waits for, a model say, when the evaluation is left. */
  readonly signal: AbortSignal
  /**
   * The path of the predictor whose part in the prediction is asked about, where an optimizer wants feedback for that one
   * alone; only the feedback of such an answer counts. DSPy's `pred_name`.
   */
  readonly predictor?: string
  /** What that predictor was asked and answered, each time it ran. DSPy's `pred_trace`. */
  readonly predictorTrace?: Trace
}

/**
 * Judges a prediction against its example. `trace` is there while an optimizer looks for demos, so that a metric can be
 * stricter about what to learn from than about what to count, as in DSPy.
 */
export type MetricFunction<Row = Example, Output = object> = (
  example: Row,
  prediction: Output,
  trace?: Trace,
  scope?: MetricScope,
) => MetricValue | Promise<MetricValue>

/** A metric is a function; give it a name where results are shown. */
export type Metric<Row = Example, Output = object> =
  | MetricFunction<Row, Output>
  | { readonly name: string; readonly evaluate: MetricFunction<Row, Output> }

/** The name to show for a metric. */
export const metricName = (metric: Metric<never, never>): string => metric.name || 'metric'

/**
 * Asks a metric and reads what it gave as a `MetricResult`.
 *
 * @throws ConfigurationError `configuration/invalid` when the value is not a finite number, a boolean or a MetricResult;
 * and whatever the metric throws
 */
export const applyMetric = async <Row, Output>(
  metric: Metric<Row, Output>,
  example: Row,
  prediction: Output,
  trace?: Trace,
  signal?: AbortSignal,
  about?: Pick<MetricScope, 'predictor' | 'predictorTrace'>,
): Promise<MetricResult> => {
  const evaluate = typeof metric === 'function' ? metric : metric.evaluate
  const value: unknown = await (signal !== undefined
    ? evaluate(example, prediction, trace, { signal, ...about })
    : trace === undefined
      ? evaluate(example, prediction)
      : evaluate(example, prediction, trace))
  if (typeof value === 'boolean') return { score: value ? 1 : 0, passed: value }
  if (typeof value === 'number' && Number.isFinite(value)) return { score: value, passed: value !== 0 }
  if (isMetricResult(value)) return value
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected the metric '${metricName(metric)}' to return a finite number, a boolean or { score, passed }, got ${described(value)}. ` +
      `Write metric: (example, prediction) => example.answer === prediction.answer, or metric: exactMatch() with its parentheses.`,
    { option: 'metric' },
  )
}

const isMetricResult = (value: unknown): value is MetricResult =>
  typeof value === 'object' &&
  value !== null &&
  'score' in value &&
  Number.isFinite(value.score) &&
  'passed' in value &&
  typeof value.passed === 'boolean'

const described = (value: unknown): string =>
  typeof value === 'number' ? String(value) : value === null ? 'null' : typeof value
