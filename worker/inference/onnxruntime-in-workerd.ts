/** The parts of onnxruntime-web that are touched here, by shape. Checked against 1.30.0. */
interface WebRuntime {
  readonly env: { readonly wasm: object; logLevel?: string }
  readonly InferenceSession: { create(...given: readonly unknown[]): Promise<unknown> }
}

export interface WorkerdRuntimeOptions {
  /** Brings the build without GPU: `() => import('onnxruntime-web/wasm')`. */
  readonly onnxruntime: () => Promise<unknown>
  /** Its WebAssembly, imported as a module: `onnxruntime-web/ort-wasm-simd-threaded.wasm`. */
  readonly wasm: WebAssembly.Module
  /** Hears of the memory in which everything is computed, once. */
  readonly onMemory?: ((memory: WebAssembly.Memory) => void) | undefined
}

/**
 * onnxruntime-web as workerd can run it: one thread, and its WebAssembly as the module that was deployed, since no code may
 * be compiled at run time there.
 *
 * The library hands bytes to `WebAssembly.instantiate` when its first session is made, and offers no other way in. For that
 * one call the function is replaced by one that knows the placeholder it was given for the bytes, and restored at it.
 */
export const onnxruntimeInWorkerd =
  ({ onnxruntime, wasm, onMemory = () => {} }: WorkerdRuntimeOptions): (() => Promise<unknown>) =>
  async () => {
    const library = await onnxruntime()
    if (!isWebRuntime(library)) return library
    const placeholder = new ArrayBuffer(8)
    Object.assign(library.env.wasm, { numThreads: 1, proxy: false, wasmBinary: placeholder })
    library.env.logLevel = 'error'
    let started = false
    return {
      ...library,
      InferenceSession: {
        async create(...given: readonly unknown[]) {
          if (started) return library.InferenceSession.create(...given)
          const restore = routed(placeholder, wasm, imports => {
            started = true
            const memory = memoryIn(imports)
            if (memory) onMemory(memory)
          })
          try {
            return await library.InferenceSession.create(...given)
          } finally {
            restore()
          }
        },
      },
    }
  }

const isWebRuntime = (library: unknown): library is WebRuntime =>
  typeof library === 'object' && library !== null && 'env' in library && 'InferenceSession' in library

/** Replaces `WebAssembly.instantiate` until it is called with the placeholder, or the function returned here is called. */
const routed = (
  placeholder: ArrayBuffer,
  module: WebAssembly.Module,
  started: (imports: WebAssembly.Imports) => void,
): (() => void) => {
  const original = WebAssembly.instantiate
  const restore = (): void => {
    Object.assign(WebAssembly, { instantiate: original })
  }
  const route = async (source: unknown, imports: WebAssembly.Imports = {}): Promise<unknown> => {
    if (source !== placeholder && !(ArrayBuffer.isView(source) && source.buffer === placeholder)) {
      return Reflect.apply(original, WebAssembly, [source, imports])
    }
    restore()
    started(imports)
    return { module, instance: await WebAssembly.instantiate(module, imports) }
  }
  Object.assign(WebAssembly, { instantiate: route })
  return restore
}

const memoryIn = (imports: WebAssembly.Imports): WebAssembly.Memory | undefined =>
  Object.values(imports)
    .flatMap(names => Object.values(names))
    .find(value => value instanceof WebAssembly.Memory)
