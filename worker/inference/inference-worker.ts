import type { ObjectNamespace } from './object-namespace.ts'

export interface InferenceWorkerOptions<Env> {
  /** The namespace of the objects made by `inferenceObject`. */
  readonly objects: (env: Env) => ObjectNamespace
}

export interface InferenceWorker<Env> {
  fetch(request: Request, env: Env): Promise<Response>
}

/**
 * A Worker of its own that runs a local model for the Workers bound to it; they ask it through `serviceModel`.
 *
 * 1. One model, in one Durable Object, loaded by the first question, and anew after the object was evicted.
 * 2. A caller that goes ends its call; the Worker needs the flag `enable_request_signal` for it.
 * 3. It asks nobody who they are: give it no route and no address (`workers_dev = false`), so that bindings alone lead to it.
 *
 * @example
 * import { type AssetsBinding, assetFiles, inferenceObject, inferenceWorker, localModel, type ObjectNamespace } from 'kkachi/worker'
 * import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'
 *
 * type Env = { ASSETS: AssetsBinding; MODEL: ObjectNamespace }
 * export const Model = inferenceObject({
 *   model: (env: Env) =>
 *     localModel('nano', { files: assetFiles(env.ASSETS, 'nano'), wasm, onnxruntime: () => import('onnxruntime-web/wasm') }),
 * })
 * export default inferenceWorker({ objects: (env: Env) => env.MODEL })
 */
export const inferenceWorker = <Env>({ objects }: InferenceWorkerOptions<Env>): InferenceWorker<Env> => ({
  async fetch(request, env) {
    const namespace = objects(env)
    return namespace.get(namespace.idFromName('model')).fetch(request)
  },
})
