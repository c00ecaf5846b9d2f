/** The part of WebAssembly that the core uses, as every platform has it. */
interface WebAssemblyPlatform {
  /** Runs at once; allowed for modules of this size everywhere but on the main thread of old browsers. */
  readonly Instance: new (
    module: WasmModule,
    imports: object,
  ) => { readonly exports: object }
  compile(bytes: Uint8Array | ArrayBuffer): Promise<WasmModule>
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory
}

/** A `WebAssembly.Module`. */
export type WasmModule = object

export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

// Named here alone, so that neither the core nor who uses its types needs the types of a platform.
export const webAssembly = (): WebAssemblyPlatform =>
  (globalThis as unknown as { readonly WebAssembly: WebAssemblyPlatform }).WebAssembly
