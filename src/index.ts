/**
 * Kkachi's everyday names: signatures, modules, models, metrics, optimizers, program files. Runs wherever JavaScript
 * does; what only one platform has stands in `kkachi/node`.
 */
export { chat } from './adapters/chat.ts'
export { compact } from './adapters/compact.ts'
export { frozen } from './adapters/frozen.ts'
export { json } from './adapters/json.ts'
export { keepThoughts, thoughtsOfCalls } from './adapters/thoughts-of-calls.ts'
export { type TwoStepOptions, twoStep } from './adapters/two-step.ts'
export { xml } from './adapters/xml.ts'
export { type AudioData, type AudioValue, audio } from './data/audio.ts'
export { type Citation, type DocumentText, type DocumentValue, document } from './data/document.ts'
export type { Example } from './data/example.ts'
export { type FileData, type FileValue, file } from './data/file.ts'
export type { HistoryValue } from './data/history.ts'
export { type ImageAddress, type ImageValue, image } from './data/image.ts'
export type { JsonObject, JsonSchema, JsonValue } from './data/json.ts'
export { type LinearPattern, linearPattern } from './data/linear-pattern.ts'
export type { Random } from './data/random.ts'
export { seededRandom } from './data/seeded-random.ts'
export { type Split, type SplitOptions, split } from './data/split.ts'
export type { Task } from './data/task.ts'
export type { ToolCallResult, ToolCallValue, ToolValue } from './data/tool-values.ts'
export { addUsage, noUsage, type Usage } from './data/usage.ts'
export { type UsageLedger, usageLedger } from './data/usage-ledger.ts'
export { BudgetError } from './errors/budget-error.ts'
export { type ErrorCode, errorCodes } from './errors/codes.ts'
export { ConfigurationError } from './errors/configuration-error.ts'
export { DataError } from './errors/data-error.ts'
export { KkachiError } from './errors/kkachi-error.ts'
export { ModelError } from './errors/model-error.ts'
export { OptimizationError } from './errors/optimization-error.ts'
export { type FieldIssue, PredictionError } from './errors/prediction-error.ts'
export { ProgramFileError } from './errors/program-file-error.ts'
export { RuntimeError } from './errors/runtime-error.ts'
export { SignatureError } from './errors/signature-error.ts'
export { StorageError } from './errors/storage-error.ts'
export { ToolError } from './errors/tool-error.ts'
export type { JudgeContext } from './evaluation/ask-judge.ts'
export type { BestThreshold, ThresholdAim } from './evaluation/best-threshold.ts'
export {
  type CalibrateOptions,
  type Calibration,
  calibrate,
  type Judgement,
  type LabeledPrediction,
} from './evaluation/calibrate.ts'
export { type CombinedOptions, combined } from './evaluation/combined.ts'
export { type CompleteAndGroundedOptions, completeAndGrounded } from './evaluation/complete-and-grounded.ts'
export { contains } from './evaluation/contains.ts'
export { type EvaluateOptions, type EvaluationEvent, evaluate } from './evaluation/evaluate.ts'
export type { ExampleResult } from './evaluation/evaluate-example.ts'
export type { EvaluationResult } from './evaluation/evaluation-result.ts'
export { exactMatch } from './evaluation/exact-match.ts'
export { f1 } from './evaluation/f1.ts'
export { type CriteriaJudge, judge, type SignatureJudge } from './evaluation/judge.ts'
export type { JudgeScale } from './evaluation/judge-scale.ts'
export type {
  Metric,
  MetricFunction,
  MetricResult,
  MetricScope,
  MetricValue,
  Trace,
  TraceStep,
} from './evaluation/metric.ts'
export {
  type PairwiseJudge,
  type PairwiseJudgeOptions,
  type Preference,
  pairwiseJudge,
} from './evaluation/pairwise-judge.ts'
export { type SemanticF1Options, semanticF1 } from './evaluation/semantic-f1.ts'
export type { KernelModule } from './kernels/kernel-memory.ts'
export { type WasmKernels, wasmKernels } from './kernels/wasm-kernels.ts'
export { type AiSdkOptions, aiSdk } from './models/ai-sdk.ts'
export type {
  AiSdkAnswer,
  AiSdkCall,
  AiSdkContent,
  AiSdkFinish,
  AiSdkModel,
  AiSdkPart,
  AiSdkUsage,
} from './models/ai-sdk-model.ts'
export { type AnthropicOptions, anthropic } from './models/anthropic.ts'
export { type BudgetedModel, type BudgetedOptions, type BudgetSpent, budgeted } from './models/budgeted.ts'
export { type CachedOptions, cached } from './models/cached.ts'
export { type ColbertOptions, colbertRetriever } from './models/colbert-retriever.ts'
export { costOf } from './models/cost-of.ts'
export { type DatabricksOptions, databricksRetriever } from './models/databricks-retriever.ts'
export { type FallbackOptions, fallback } from './models/fallback.ts'
export { type LimitedOptions, limited } from './models/limited.ts'
export { type LlamaCppOptions, llamaCpp } from './models/llama-cpp.ts'
export { type OllamaOptions, ollama } from './models/ollama.ts'
export { type OpenAICompatibleOptions, openaiCompatible } from './models/openai-compatible.ts'
export { type OpenAIEmbedderOptions, openaiEmbedder } from './models/openai-embedder.ts'
export type { Price, PriceList } from './models/prices.ts'
export {
  type FoundPassage,
  type RemoteRetriever,
  type RemoteRetrieverOptions,
  type RetrieverServiceOptions,
  remoteRetriever,
} from './models/remote-retriever.ts'
export { type RetriedOptions, retried } from './models/retried.ts'
export { type WeaviateOptions, weaviateRetriever } from './models/weaviate-retriever.ts'
export { batch } from './modules/batch.ts'
export { type BestOfNOptions, bestOfN } from './modules/best-of-n.ts'
export { bind } from './modules/bind.ts'
export { byScore, type LabelProbability, probabilitiesOf } from './modules/by-score.ts'
export { type ChainOfThoughtOptions, chainOfThought, type Reasoned } from './modules/chain-of-thought.ts'
export type { Bound, Children, ChildTree } from './modules/children.ts'
export { type CodeActOptions, codeAct } from './modules/code-act.ts'
export type { CodeStep } from './modules/code-session.ts'
export { type EnsembleOptions, ensemble } from './modules/ensemble.ts'
export {
  type EventStreamResponseOptions,
  eventStreamResponse,
  publicEvent,
} from './modules/event-stream-response.ts'
export { type FieldText, fieldText } from './modules/field-text.ts'
export { type FlexOptions, flex } from './modules/flex.ts'
export { importedProgram } from './modules/frozen-program.ts'
export { type KnnDemosOptions, knnDemos } from './modules/knn-demos.ts'
export { type LoadOptions, loadProgram } from './modules/load-program.ts'
export { type MajorityOptions, majority } from './modules/majority.ts'
export type { FailingOptions, ManyOutcomes, ManyRunsOptions, RunEvent } from './modules/many-runs.ts'
export { mapPredictors, resetState } from './modules/map-predictors.ts'
export {
  type Attempt,
  type Compared,
  type ComparisonOptions,
  type MaybeCompared,
  multiChainComparison,
  type Rationalized,
  type SampledComparisonOptions,
} from './modules/multi-chain-comparison.ts'
export { type ParallelOutputs, type ParallelPairs, parallel } from './modules/parallel.ts'
export { type PredictOptions, predict } from './modules/predict.ts'
export { answersOf, completionsOf, messagesOf, reasoningOf, usageOf } from './modules/prediction-details.ts'
export type { FieldOf, PredictorModule } from './modules/predictor-module.ts'
export { program } from './modules/program.ts'
export { type ProgramOfThoughtOptions, programOfThought, type WithCode } from './modules/program-of-thought.ts'
export { type ReActOptions, reAct, type WithHistory, type WithTurns } from './modules/re-act.ts'
export type { ReActCall, ReActTurn } from './modules/re-act-loop.ts'
export {
  type ReActStep,
  type ReActTrajectoryOptions,
  reActTrajectory,
  type WithSteps,
} from './modules/re-act-trajectory.ts'
export { type RefineOptions, refine } from './modules/refine.ts'
export { type Explored, type RlmOptions, rlm } from './modules/rlm.ts'
export type { RlmStep } from './modules/rlm-prompt.ts'
export type { Decide } from './modules/run-predictor.ts'
export type { Runnable } from './modules/runnable.ts'
export { type SaveOptions, saveProgram } from './modules/save-program.ts'
export type { Reward, TriesOptions } from './modules/tries.ts'
export { withContext } from './modules/with-context.ts'
export { auto } from './optimizers/auto.ts'
export { type BetterTogetherOptions, betterTogether } from './optimizers/better-together.ts'
export { type BootstrapFewShotOptions, bootstrapFewShot } from './optimizers/bootstrap-few-shot.ts'
export { type BootstrapRandomSearchOptions, bootstrapRandomSearch } from './optimizers/bootstrap-random-search.ts'
export { type CoproOptions, copro } from './optimizers/copro.ts'
export { gepa } from './optimizers/gepa.ts'
export type { GepaOptions } from './optimizers/gepa-options.ts'
export { type InferRulesOptions, inferRules } from './optimizers/infer-rules.ts'
export { type KnnFewShotOptions, knnFewShot } from './optimizers/knn-few-shot.ts'
export { type LabeledFewShotOptions, labeledFewShot } from './optimizers/labeled-few-shot.ts'
export type { MiproV2Options } from './optimizers/mipro-settings.ts'
export { miproV2 } from './optimizers/mipro-v2.ts'
export type { OptimizationResult, Optimizer, OptimizerEvent, Outcome } from './optimizers/optimizer.ts'
export { type SimbaOptions, simba } from './optimizers/simba.ts'
export { type TestReport, type TestReportOptions, testReport } from './optimizers/test-report.ts'
export type { Adapter, AdapterCall, AdapterPrompt, FieldDelta, PromptOptions, StreamParser } from './ports/adapter.ts'
export { type AttemptCounter, attemptCounter } from './ports/attempt-counter.ts'
export type { Clock } from './ports/clock.ts'
export type {
  CodeInterpreter,
  HostFunction,
  InterpreterOutcome,
  InterpreterSession,
  SessionOptions,
} from './ports/code-interpreter.ts'
export type { Context } from './ports/context.ts'
export type { Embedder, EmbeddingRole, EmbedOptions } from './ports/embedder.ts'
export type {
  AnswerGrammars,
  AnswerScore,
  AnswerScores,
  Completion,
  FinishReason,
  LanguageModel,
  ModelCapabilities,
  ModelEvent,
  ModelRequest,
  ModelResponse,
  Sampling,
  TokenLogprob,
} from './ports/language-model.ts'
export type { ContentPart, Message, SignedThought, ToolCall, ToolDefinition } from './ports/message.ts'
export type {
  AnyModule,
  Demo,
  Module,
  Predictor,
  PredictorState,
  ProgramEvent,
  ProgramState,
} from './ports/module.ts'
export type { Storage, StoredValue } from './ports/storage.ts'
export type { TextKernels } from './ports/text-kernels.ts'
export type { Tool, ToolApproval, ToolContext } from './ports/tool.ts'
export type { Span, SpanEnd, SpanKind, SpanStart, Tracer } from './ports/tracer.ts'
export type { VectorKernels } from './ports/vector-kernels.ts'
export { type CachedEmbedderOptions, cachedEmbedder } from './retrieval/cached-embedder.ts'
export {
  type EmbeddingsOptions,
  embeddings,
  loadEmbeddings,
  type Retrieved,
  type RetrieveOptions,
  type Retriever,
} from './retrieval/embeddings.ts'
export { type FunctionEmbedderOptions, functionEmbedder } from './retrieval/function-embedder.ts'
export { type Knn, type KnnOptions, knn, type Neighbor } from './retrieval/knn.ts'
export { type LexicalEmbedderOptions, lexicalEmbedder } from './retrieval/lexical-embedder.ts'
export { loadVectorIndex, type ReadIndexOptions, readVectorIndex } from './retrieval/load-vector-index.ts'
export {
  type IndexEntry,
  type Match,
  type SearchOptions,
  type Similarity,
  type VectorIndex,
  type VectorIndexOptions,
  vectorIndex,
} from './retrieval/vector-index.ts'
export type { Budget } from './search/budget.ts'
export type { ScoredCandidate } from './search/candidate.ts'
export type { Problem } from './search/problem.ts'
export { type Choice, type ChoiceOptions, choice } from './signature/choice.ts'
export { parseSignature, type SignatureOptions, signature } from './signature/create.ts'
export type { Field } from './signature/field.ts'
export type { FieldConstraints, TextPattern } from './signature/field-constraints.ts'
export type { FieldDefinition, FieldOptions } from './signature/field-definition.ts'
export type { FieldType } from './signature/field-type.ts'
export type { InputsOf, OutputsOf, SignatureOf, SignatureProblem } from './signature/infer.ts'
export type { DefinedSignature, SignatureDefinition } from './signature/infer-definition.ts'
export { type Noul, type NoulOptions, noul } from './signature/noul.ts'
export {
  append,
  describeFields,
  insert,
  prepend,
  remove,
  rename,
  withField,
  withInstructions,
} from './signature/operations.ts'
export { type Score, type ScoreOptions, score } from './signature/score.ts'
export type { Signature } from './signature/signature.ts'
export { signatureText } from './signature/signature-text.ts'
export { memoryStorage } from './storage/memory.ts'
export { type LangChainTool, langChainTool } from './tools/lang-chain-tool.ts'
export { type JsonSchemaToolOptions, type SchemaToolOptions, tool } from './tools/tool.ts'
export { type FormatTraceOptions, formatTrace } from './tracing/format-trace.ts'
export { type LogLevel, logLevels } from './tracing/log-level.ts'
export { type LogTracerOptions, logTracer } from './tracing/log-tracer.ts'
export type {
  OpenTelemetryApi,
  OpenTelemetryAttributes,
  OpenTelemetrySpan,
  OpenTelemetryTracer,
} from './tracing/open-telemetry-api.ts'
export { type OpenTelemetryTracerOptions, openTelemetryTracer } from './tracing/open-telemetry-tracer.ts'
export type { Trace as RunTrace, TraceError, TraceSpan } from './tracing/trace.ts'
export { type TraceHtmlOptions, traceHtml } from './tracing/trace-html.ts'
export { type TraceTree, type TraceTreeOptions, traceTree } from './tracing/trace-tree.ts'
export { tracers } from './tracing/tracers.ts'
