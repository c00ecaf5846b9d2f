import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'
import type { WeightType } from '../../../src/inference/index.ts'
import grammar from '../../../wasm/built/grammar.wasm'
import {
  type AssetsBinding,
  assetFiles,
  bundledFiles,
  inferenceObject,
  inferenceWorker,
  localEmbedder,
  localModel,
  type ObjectNamespace,
  type WasmMemory,
} from '../../../worker/index.ts'
import config from '../../inference/tiny-embedder/config.json' with { type: 'json' }
import network from '../../inference/tiny-embedder/onnx/model.onnx'
import tokenizer from '../../inference/tiny-embedder/tokenizer.json' with { type: 'json' }
import tokenizerConfig from '../../inference/tiny-embedder/tokenizer_config.json' with { type: 'json' }

interface Env {
  readonly ASSETS: AssetsBinding
  readonly MODEL: ObjectNamespace
  /** `fp32` when absent. */
  readonly WEIGHTS?: WeightType
}

let memory: WasmMemory | undefined

const onnxruntime = () => import('onnxruntime-web/wasm')

const bytesOf = (json: unknown): ArrayBuffer => new TextEncoder().encode(JSON.stringify(json)).buffer

const NanoModel = inferenceObject({
  model: ({ ASSETS, WEIGHTS }: Env) =>
    localModel('nano', {
      ...{ files: assetFiles(ASSETS), wasm, onnxruntime, grammar, ...(WEIGHTS && { weights: WEIGHTS }) },
      onMemory: given => {
        memory = given
      },
    }),
  embedder: () =>
    localEmbedder('tiny', {
      ...{ wasm, onnxruntime },
      files: bundledFiles({
        'config.json': bytesOf(config),
        'tokenizer.json': bytesOf(tokenizer),
        'tokenizer_config.json': bytesOf(tokenizerConfig),
        'onnx/model.onnx': network,
      }),
      onMemory: given => {
        memory = given
      },
    }),
})

/** The object, which also tells how much memory WebAssembly has taken. */
export class Model extends NanoModel {
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== '/memory') return super.fetch(request)
    // There only where workerd was told to show it.
    if ('gc' in globalThis && typeof globalThis.gc === 'function') globalThis.gc()
    return Response.json({ bytes: memory?.buffer.byteLength })
  }
}

export default inferenceWorker({ objects: ({ MODEL }: Env) => MODEL })
