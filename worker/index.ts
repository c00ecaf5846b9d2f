import { createApp, type ReadProgram, recentlyUsed } from '../src/server/index.ts'
import { type Env, servicesFrom } from './env.ts'

// Shared by all requests of an isolate. Programs are kept by the digest of their files and hold nothing of who called.
const parsed = recentlyUsed<ReadProgram>(8 * 2 ** 20)

// By the embedder's name and the text: what a vector is does not depend on who asked.
const vectors = recentlyUsed<Float32Array>(8 * 2 ** 20)

const app = createApp<Env>(env => servicesFrom(env, parsed, vectors))

/**
 * The Worker: serves the programs kept in the namespace `KKACHI`.
 *
 * @example
 * // The whole of a Worker of your own:
 * export { default } from 'kkachi/worker'
 */
export default {
  fetch: (request: Request, env: Env): Response | Promise<Response> => app.fetch(request, env),
}

export type { Env } from './env.ts'
export { servicesFrom } from './env.ts'
export type { AssetsBinding, BucketBinding } from './inference/file-bindings.ts'
export { type InferenceObject, type InferenceObjectOptions, inferenceObject } from './inference/inference-object.ts'
export { type InferenceWorker, type InferenceWorkerOptions, inferenceWorker } from './inference/inference-worker.ts'
export { type LocalEmbedderOptions, localEmbedder } from './inference/local-embedder.ts'
export { type LocalModelOptions, localModel } from './inference/local-model.ts'
export type { ObjectNamespace } from './inference/object-namespace.ts'
export type { WasmMemory } from './inference/onnxruntime-in-workerd.ts'
export type { ServiceAnswer, ServiceBinding, ServiceCall } from './inference/service-binding.ts'
export { type ServiceEmbedderOptions, serviceEmbedder } from './inference/service-embedder.ts'
export { type ServiceModelOptions, serviceModel } from './inference/service-model.ts'
export { assetFiles, bucketFiles, bundledFiles } from './inference/worker-files.ts'
export { type WorkersAiOptions, workersAi } from './models/workers-ai.ts'
export type { WorkersAiBinding, WorkersAiRunOptions } from './models/workers-ai-binding.ts'
export type { KvNamespace, KvPage, KvPutOptions } from './storage/kv-namespace.ts'
export { type WorkersKvOptions, workersKv } from './storage/workers-kv.ts'
