import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'
import grammar from '../../../wasm/built/grammar.wasm'
import {
  type AssetsBinding,
  assetFiles,
  inferenceObject,
  inferenceWorker,
  localModel,
  type ObjectNamespace,
  type WasmMemory,
} from '../../../worker/index.ts'

interface Env {
  readonly ASSETS: AssetsBinding
  readonly MODEL: ObjectNamespace
}

let memory: WasmMemory | undefined

const NanoModel = inferenceObject({
  model: ({ ASSETS }: Env) =>
    localModel('nano', {
      ...{ files: assetFiles(ASSETS), wasm, grammar },
      onnxruntime: () => import('onnxruntime-web/wasm'),
      onMemory: given => {
        memory = given
      },
    }),
})

/** The object, which also tells how much memory WebAssembly has taken. */
export class Model extends NanoModel {
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== '/memory') return super.fetch(request)
    return Response.json({ bytes: memory?.buffer.byteLength })
  }
}

export default inferenceWorker({ objects: ({ MODEL }: Env) => MODEL })
