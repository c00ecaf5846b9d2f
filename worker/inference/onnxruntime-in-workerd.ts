/** The parts of onnxruntime-web that are touched here, by shape. Checked against 1.30.0. */
interface WebRuntime {
  readonly env: { readonly wasm: object; logLevel?: string }
  readonly InferenceSession: { create(...given: readonly unknown[]): Promise<unknown> }
}

/** Memory of WebAssembly, as far as its size is asked for. */
export interface WasmMemory {
  readonly buffer: { readonly byteLength: number }
}

type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The platform's WebAssembly, by the function that is replaced for one call. */
interface WasmHost {
  instantiate(source: unknown, imports?: WasmImports): Promise<unknown>
}

export interface WorkerdRuntimeOptions {
  /** Brings the build without GPU: `() => import('onnxruntime-web/wasm')`. */
  readonly onnxruntime: () => Promise<unknown>
  /** Its WebAssembly, imported as a module: `onnxruntime-web/ort-wasm-simd-threaded.wasm`. */
  readonly wasm: WebAssembly.Module
  /** Hears of the memory in which everything is computed, once. */
  readonly onMemory?: ((memory: WasmMemory) => void) | undefined
}

/** What stands for the bytes of the WebAssembly that was deployed. */
const placeholder = /* @__PURE__ */ new ArrayBuffer(8)

/** How far a library is: it has one memory, whoever uses it. */
interface Start {
  isOver: boolean
  memory?: WasmMemory
  /** Sessions are made one after another until it is over. */
  line: Promise<unknown>
}

const starts = /* @__PURE__ */ new WeakMap<object, Start>()

/**
 * onnxruntime-web as workerd can run it: one thread, and its WebAssembly as the module that was deployed, since no code may
 * be compiled at run time there.
 *
 * The library hands bytes to `WebAssembly.instantiate` when its first session is made, and offers no other way in. For that
 * one call the function is replaced by one that knows the placeholder it was given for the bytes, and restored at it. Others
 * who make a session meanwhile wait.
 */
export const onnxruntimeInWorkerd =
  ({ onnxruntime, wasm, onMemory = () => {} }: WorkerdRuntimeOptions): (() => Promise<unknown>) =>
  async () => {
    const library = await onnxruntime()
    if (!isWebRuntime(library)) return library
    const start = starts.get(library.env) ?? { isOver: false, line: Promise.resolve() }
    starts.set(library.env, start)
    Object.assign(library.env.wasm, { numThreads: 1, proxy: false, wasmBinary: placeholder })
    library.env.logLevel = 'error'
    let isTold = false
    return {
      ...library,
      InferenceSession: {
        async create(...given: readonly unknown[]) {
          try {
            return await (start.isOver ? library.InferenceSession.create(...given) : begun(library, start, wasm, given))
          } finally {
            if (!isTold && start.memory) {
              isTold = true
              onMemory(start.memory)
            }
          }
        },
      },
    }
  }

/** A session that may be the library's first. */
const begun = (
  library: WebRuntime,
  start: Start,
  wasm: WebAssembly.Module,
  given: readonly unknown[],
): Promise<unknown> => {
  const work = async (): Promise<unknown> => {
    if (start.isOver) return library.InferenceSession.create(...given)
    const restore = routed(placeholder, wasm, imports => {
      const memory = memoryIn(imports)
      Object.assign(start, { isOver: true, ...(memory && { memory }) })
    })
    try {
      return await library.InferenceSession.create(...given)
    } finally {
      restore()
    }
  }
  const made = start.line.then(work)
  start.line = made.catch(() => {}) // told to whoever asked
  return made
}

const isWebRuntime = (library: unknown): library is WebRuntime =>
  typeof library === 'object' && library !== null && 'env' in library && 'InferenceSession' in library

/** Replaces `WebAssembly.instantiate` until it is called with the placeholder, or the function returned here is called. */
const routed = (
  placeholder: ArrayBuffer,
  module: WebAssembly.Module,
  started: (imports: WasmImports) => void,
): (() => void) => {
  const { WebAssembly: host } = globalThis as unknown as { readonly WebAssembly: WasmHost }
  const original = host.instantiate
  const restore = (): void => {
    host.instantiate = original
  }
  host.instantiate = async (source, imports = {}) => {
    if (source !== placeholder && !(ArrayBuffer.isView(source) && source.buffer === placeholder)) {
      return Reflect.apply(original, host, [source, imports])
    }
    restore()
    started(imports)
    return { module, instance: await host.instantiate(module, imports) }
  }
  return restore
}

const memoryIn = (imports: WasmImports): WasmMemory | undefined =>
  Object.values(imports)
    .flatMap(names => Object.values(names))
    .find(isMemory)

/** Only a memory has a buffer that can grow. */
const isMemory = (value: unknown): value is WasmMemory =>
  typeof value === 'object' && value !== null && 'buffer' in value && 'grow' in value
