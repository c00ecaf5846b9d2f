/** A folder, or the files themselves. */
export type WasmPaths = string | { readonly wasm: string; readonly mjs?: string }

export interface OnnxruntimeOptions {
  /** With what drives a GPU it is 27 MB, without 14; only what is asked for is fetched. */
  readonly build: 'wasm' | 'webgpu'
  readonly wasmPaths?: WasmPaths | undefined
  readonly threads: number
}

/**
 * Loads onnxruntime-web (checked with 1.30.0) for a worker that it has to itself, since its settings are global.
 *
 * Its WebAssembly lies beside its script, where bundlers put it; nothing comes from a content delivery network.
 */
export const bringOnnxruntime = async ({ build, wasmPaths, threads }: OnnxruntimeOptions): Promise<Onnxruntime> => {
  const library = build === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm')
  library.env.logLevel = 'error'
  // Threads need memory that is shared, and with it a page that is isolated from other origins.
  library.env.wasm.numThreads = crossOriginIsolated ? threads : 1
  if (wasmPaths !== undefined) library.env.wasm.wasmPaths = wasmPaths
  return library
}

export type Onnxruntime = typeof import('onnxruntime-web')
