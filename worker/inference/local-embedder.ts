import type { Embedder } from '../../src/index.ts'
import { type ModelFiles, type OnnxEmbedderOptions, onnxEmbedder } from '../../src/inference/index.ts'
import { onnxruntimeInWorkerd, type WasmMemory } from './onnxruntime-in-workerd.ts'

export interface LocalEmbedderOptions
  extends Partial<Pick<OnnxEmbedderOptions, 'batchSize' | 'normalize' | 'pooling' | 'prefixes' | 'weights'>> {
  readonly files: ModelFiles
  /** `() => import('onnxruntime-web/wasm')`: the bundler of the Worker finds it there. */
  readonly onnxruntime: () => Promise<unknown>
  /** Imported from `onnxruntime-web/ort-wasm-simd-threaded.wasm`: no code is compiled at run time in a Worker. */
  readonly wasm: WebAssembly.Module
  /** Hears of the memory that WebAssembly computes in, to watch its size. */
  readonly onMemory?: (memory: WasmMemory) => void
}

/**
 * A small embedding model inside a Worker, on one thread of WebAssembly; for `inferenceObject`.
 *
 * The promises of `onnxEmbedder` hold, with 4 texts computed at once. An isolate has 128 MB for everything, a model beside it
 * included.
 *
 * @throws as `onnxEmbedder`, from calls; ConfigurationError `configuration/invalid` for a batch size below 1
 * @example
 * const embedder = localEmbedder('minilm', { files: assetFiles(env.ASSETS, 'minilm'), wasm, onnxruntime: () => import('onnxruntime-web/wasm') })
 */
export const localEmbedder = (name: string, options: LocalEmbedderOptions): Embedder => {
  const { onnxruntime, wasm, onMemory, ...given } = options
  return onnxEmbedder({
    batchSize: 4,
    ...given,
    ...{ id: `local/${name}`, device: 'wasm', threads: 1 },
    runtime: onnxruntimeInWorkerd({ onnxruntime, wasm, onMemory }),
  })
}
