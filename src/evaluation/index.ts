/** Metrics, evaluation, comparison and their statistics. */

export { type AgreementFigures, agreementFigures, type Confusion, confusionOf } from './agreement.ts'
export type { JudgeContext } from './ask-judge.ts'
export type { BestThreshold, ThresholdAim } from './best-threshold.ts'
export {
  type CalibrateOptions,
  type Calibration,
  calibrate,
  type Judgement,
  type LabeledPrediction,
} from './calibrate.ts'
export { type CombinedOptions, combined } from './combined.ts'
export { type CompareOptions, type Comparison, compare, compareScores } from './compare.ts'
export { type CompleteAndGroundedOptions, completeAndGrounded } from './complete-and-grounded.ts'
export { contains } from './contains.ts'
export { type EditSimilarityOptions, editSimilarity } from './edit-similarity.ts'
export { type EvaluateOptions, type EvaluationEvent, evaluate } from './evaluate.ts'
export type { ExampleResult } from './evaluate-example.ts'
export { type EvaluatePredictionsOptions, evaluatePredictions } from './evaluate-predictions.ts'
export type { EvaluationResult } from './evaluation-result.ts'
export { exactMatch } from './exact-match.ts'
export { f1 } from './f1.ts'
export { hotpotF1 } from './hotpot-f1.ts'
export { type CriteriaJudge, judge, type SignatureJudge } from './judge.ts'
export type { JudgeScale } from './judge-scale.ts'
export {
  applyMetric,
  type Metric,
  type MetricFunction,
  type MetricResult,
  type MetricScope,
  type MetricValue,
  metricName,
  type Trace,
  type TraceStep,
} from './metric.ts'
export { normalizeAnswer } from './normalize-answer.ts'
export { type PairedEProcessOptions, pairedEProcess } from './paired-e-process.ts'
export { type PairedSprtOptions, type PairedTest, type PairedVerdict, pairedSprt } from './paired-sprt.ts'
export { type PairwiseJudge, type PairwiseJudgeOptions, type Preference, pairwiseJudge } from './pairwise-judge.ts'
export { passageMatch } from './passage-match.ts'
export { type SemanticF1Options, semanticF1 } from './semantic-f1.ts'
export { signFlipTest } from './sign-flip-test.ts'
export { type IntervalOptions, type MeanInterval, meanInterval } from './statistics.ts'
