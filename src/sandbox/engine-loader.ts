import { SandboxError } from '../errors/sandbox-error.ts'
import type { WasmModule } from '../ports/web-assembly.ts'

/** A compiled `sandbox/quickjs.wasm`: a `WebAssembly.Module`. */
export type EngineModule = WasmModule

/** A compiled `kkachi/sandbox/quickjs.wasm` (a `WebAssembly.Module`), or what gives it at the first call. */
export type EngineSource = EngineModule | Promise<EngineModule> | (() => EngineModule | Promise<EngineModule>)

/** Loads the engine once, and again only after that failed: `sandbox/engine`. */
export const engineLoader = (engine: EngineSource): (() => Promise<EngineModule>) => {
  let loading: Promise<EngineModule> | undefined
  return async () => {
    try {
      loading ??= Promise.resolve(typeof engine === 'function' ? (engine as () => EngineModule)() : engine)
      return await loading
    } catch (cause) {
      loading = undefined // it may be there the next time
      throw new SandboxError(
        'sandbox/engine',
        'The engine could not be loaded. Give engine a WebAssembly.Module compiled from kkachi/sandbox/quickjs.wasm.',
        { cause },
      )
    }
  }
}
