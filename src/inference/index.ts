/** Local models over an injected runtime. */
export { type TransformersEmbedderOptions, transformersEmbedder } from './transformers-embedder.ts'
export { type TransformersModelOptions, transformersModel } from './transformers-model.ts'
export type { LoadOptions as TransformersLoadOptions } from './transformers-runtime.ts'
