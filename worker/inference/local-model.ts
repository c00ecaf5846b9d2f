import {
  grammarEngine,
  type LocalModel,
  type ModelFiles,
  type OnnxModelOptions,
  onnxModel,
} from '../../src/inference/index.ts'
import { onnxruntimeInWorkerd, type WasmMemory } from './onnxruntime-in-workerd.ts'

export interface LocalModelOptions
  extends Partial<
    Pick<
      OnnxModelOptions,
      | 'attentionBytes'
      | 'maxTokens'
      | 'onEvent'
      | 'seed'
      | 'thinking'
      | 'thinkingBudget'
      | 'tools'
      | 'weights'
      | 'writesInstructions'
    >
  > {
  readonly files: ModelFiles
  /** `() => import('onnxruntime-web/wasm')`: the bundler of the Worker finds it there. */
  readonly onnxruntime: () => Promise<unknown>
  /** Imported from `onnxruntime-web/ort-wasm-simd-threaded.wasm`: no code is compiled at run time in a Worker. */
  readonly wasm: WebAssembly.Module
  /** Imported from `kkachi/wasm/grammar.wasm`; without it, requests with a grammar or a schema are refused. */
  readonly grammar?: WebAssembly.Module
  /** Hears of the memory that WebAssembly computes in, to watch its size. */
  readonly onMemory?: (memory: WasmMemory) => void
}

/** What is left of 128 MB beside the runtime, a small model and the heap. */
const attention = 16 * 2 ** 20

/**
 * A small language model inside a Worker, on one thread of WebAssembly; for `inferenceObject`.
 *
 * The promises of `onnxModel` hold. An isolate has 128 MB for everything: weights of up to some 30 MB fit in `q4`, 45 MB in `fp32`.
 *
 * @throws as `onnxModel`, from calls
 * @example
 * const model = localModel('nano', { files: assetFiles(env.ASSETS, 'nano'), wasm, onnxruntime: () => import('onnxruntime-web/wasm') })
 */
export const localModel = (name: string, options: LocalModelOptions): LocalModel => {
  const { onnxruntime, wasm, grammar, onMemory, ...given } = options
  return onnxModel({
    attentionBytes: attention,
    ...(name === 'nano' && { writesInstructions: false }),
    ...given,
    ...{ id: `local/${name}`, device: 'wasm', threads: 1 },
    runtime: onnxruntimeInWorkerd({ onnxruntime, wasm, onMemory }),
    ...(grammar && { grammar: vocabulary => grammarEngine({ vocabulary, wasm: () => grammar }) }),
  })
}
