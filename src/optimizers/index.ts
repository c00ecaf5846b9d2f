/** The optimizers, and what an optimizer of your own is made of. */
export {
  type AnswerLikelihood,
  answerLikelihood,
  type LikelihoodOf,
  type LikelihoodQuestion,
} from '../search/answer-likelihood.ts'
export { type Attributable, attributeGain, type PredictorGain } from '../search/attribution.ts'
export { type BestPoint, bestOverCalls, stepPath } from '../search/best-over-calls.ts'
export { type Budget, type BudgetMeter, budgetMeter } from '../search/budget.ts'
export type { Candidate, Change, ChangedPart, Lineage, ScoredCandidate } from '../search/candidate.ts'
export type { CandidateSelection } from '../search/candidate-selection.ts'
export type { CodeProposer, CodeReflectionInput } from '../search/code-proposer.ts'
export { collectTrace } from '../search/collect-trace.ts'
export { allComponents, type ComponentSelector, roundRobin } from '../search/component-selector.ts'
export type { Component } from '../search/components.ts'
export { halve } from '../search/halve.ts'
export type { Ask, Observation, Part } from '../search/observation.ts'
export { type FrontMember, paretoFront } from '../search/pareto-front.ts'
export type { Problem } from '../search/problem.ts'
export type { AskOptions, PromptModel, Proposal } from '../search/prompt-model.ts'
export {
  type InstructionProposer,
  type ReflectionAsk,
  type ReflectionInput,
  type ReflectOptions,
  reflect,
} from '../search/reflective-proposer.ts'
export type { RecordedRun, RunRecord } from '../search/run-record.ts'
export type { FrontPoint } from '../search/score-cost-front.ts'
export type { SearchEvent, Warning, WarningCode } from '../search/search-event.ts'
export { type SearchRun, searchRun } from '../search/search-run.ts'
export {
  type ParzenTrial,
  type TreeParzenEstimator,
  type TreeParzenEstimatorOptions,
  treeParzenEstimator,
} from '../search/tree-parzen-estimator.ts'
export { withinBudget } from '../search/within-budget.ts'
export { type AutoOptions, auto } from './auto.ts'
export { type BetterTogetherOptions, betterTogether } from './better-together.ts'
export { type BootstrapFewShotOptions, bootstrapFewShot } from './bootstrap-few-shot.ts'
export { type BootstrapRandomSearchOptions, bootstrapRandomSearch } from './bootstrap-random-search.ts'
export {
  type Continued,
  continueFrom,
  type Earlier,
  isFailure,
  type ProblemData,
  regressionWarning,
  type SinceThen,
  stillFailing,
} from './continue-from.ts'
export { type CoproOptions, copro } from './copro.ts'
export type { DemoLimits } from './demo-limits.ts'
export { gepa } from './gepa.ts'
export type { GepaBudget } from './gepa-budget.ts'
export type { GepaOptions } from './gepa-options.ts'
export type { HonestResults } from './honest-results.ts'
export { type InferRulesOptions, inferRules } from './infer-rules.ts'
export { type KnnFewShotOptions, knnFewShot } from './knn-few-shot.ts'
export { type LabeledFewShotOptions, labeledFewShot } from './labeled-few-shot.ts'
export type { MiproAuto } from './mipro-plan.ts'
export type { MiproV2Options } from './mipro-settings.ts'
export { miproV2 } from './mipro-v2.ts'
export { type Found, optimization, type Search, type SearchingOptimizer } from './optimization.ts'
export type { OptimizationResult, Optimizer, OptimizerEvent, Outcome } from './optimizer.ts'
export { type SimbaOptions, simba } from './simba.ts'
export { type TestReport, type TestReportEvent, type TestReportOptions, testReport } from './test-report.ts'
