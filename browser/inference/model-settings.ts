import type { WeightType } from '../../src/inference/index.ts'
import type { WasmPaths } from './bring-onnxruntime.ts'
import type { ModelSource } from './model-source.ts'

/** The first message to the worker: which model it is, and how to run it. Plain data. */
export interface ModelSettings {
  readonly id: string
  readonly source: ModelSource
  readonly device: 'auto' | 'wasm' | 'webgpu'
  readonly weights?: WeightType
  readonly threads?: number
  readonly attentionBytes?: number
  readonly grammar?: boolean
  readonly maxTokens?: number
  readonly thinking?: boolean
  readonly thinkingBudget?: number
  readonly seed?: number
  readonly writesInstructions?: boolean
  readonly wasmPaths?: WasmPaths
}
