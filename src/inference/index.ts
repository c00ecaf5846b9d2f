/** Local models over an injected runtime. */
export type { BackendConfig, LocalModelEvent, WeightType } from './backend-config.ts'
export type { LoadedModelFacts, LocalModel } from './local-model.ts'
export type { AskedModel } from './messages/answer-question.ts'
export type { FromWorker, ModelQuestion, ModelReply, SentRequest, ToWorker } from './messages/model-messages.ts'
export type { FileProgress, ModelFiles, ReadOptions } from './model-files.ts'
export { type TransformersEmbedderOptions, transformersEmbedder } from './transformers-embedder.ts'
export { type TransformersModelOptions, transformersModel } from './transformers-model.ts'
export type { LoadOptions as TransformersLoadOptions } from './transformers-runtime.ts'
