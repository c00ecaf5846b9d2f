/** Metrics, evaluation, comparison and their statistics. */
export { type CompareOptions, type Comparison, compare, compareScores } from './compare.ts'
export { contains } from './contains.ts'
export { type EvaluateOptions, type EvaluationEvent, evaluate } from './evaluate.ts'
export type { ExampleResult } from './evaluate-example.ts'
export { type EvaluatePredictionsOptions, evaluatePredictions } from './evaluate-predictions.ts'
export type { EvaluationResult } from './evaluation-result.ts'
export { exactMatch } from './exact-match.ts'
export { f1 } from './f1.ts'
export { hotpotF1 } from './hotpot-f1.ts'
export {
  applyMetric,
  type Metric,
  type MetricFunction,
  type MetricResult,
  type MetricValue,
  metricName,
  type Trace,
  type TraceStep,
} from './metric.ts'
export { normalizeAnswer } from './normalize-answer.ts'
export { passageMatch } from './passage-match.ts'
export { signFlipTest } from './sign-flip-test.ts'
export { type IntervalOptions, type MeanInterval, meanInterval } from './statistics.ts'
