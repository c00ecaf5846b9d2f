/** The part of WebAssembly that the sandbox uses, as every platform has it. */
interface WebAssemblyPlatform {
  /** Runs at once; allowed for modules of this size everywhere but on the main thread of old browsers. */
  readonly Instance: new (
    module: EngineModule,
    imports: object,
  ) => { readonly exports: object }
  compile(bytes: Uint8Array | ArrayBuffer): Promise<EngineModule>
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => EngineMemory
}

/** A compiled `sandbox/quickjs.wasm`: a `WebAssembly.Module`. */
export type EngineModule = object

export interface EngineMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

// Named here alone, so that neither the core nor who uses its types needs the types of a platform.
export const webAssembly = (): WebAssemblyPlatform =>
  (globalThis as unknown as { readonly WebAssembly: WebAssemblyPlatform }).WebAssembly
