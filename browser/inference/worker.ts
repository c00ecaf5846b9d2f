import { type TransformersModelOptions, transformersModel } from '../../src/inference/index.ts'
import { type ModelSource, sourceDigest } from './model-source.ts'
import { serveModel } from './serve-model.ts'
import { transformersRuntime, type WasmPaths } from './transformers-runtime.ts'

/** The first message to the worker: which model it is. */
export interface ModelSettings
  extends Required<Pick<TransformersModelOptions, 'id' | 'load'>>,
    Partial<Pick<TransformersModelOptions, 'maxTokens' | 'thinking' | 'seed'>> {
  readonly source: ModelSource
  readonly wasmPaths?: WasmPaths
}

const open = ({ data }: MessageEvent<ModelSettings>): void => {
  const { source, wasmPaths, load, ...settings } = data
  const isHub = 'repository' in source
  const model = transformersModel({
    ...settings,
    source: isHub ? source.repository : 'model',
    runtime: () => transformersRuntime(source, wasmPaths),
    load: { device: 'wasm', ...load, ...(!isHub && { local_files_only: true }) },
    ...(!isHub && { revision: () => sourceDigest(source) }),
  })
  serveModel(model, self)
}

self.addEventListener('message', open, { once: true })
