import { type WasmMemory, type WasmModule, webAssembly } from '../ports/web-assembly.ts'

/** A compiled `wasm/built/kernels.wasm`: a `WebAssembly.Module`. */
export type KernelModule = WasmModule

/** What the module exports, `wasm/kernels/src/exports.rs`: addresses and lengths. */
interface KernelExports {
  readonly memory: WasmMemory
  free_from(): number
  dots_floats(matrix: number, rows: number, length: number, query: number, out: number): void
  dots_bytes(matrix: number, rows: number, length: number, query: number, out: number): void
  scratch_words(left: number, right: number): number
  edit_distance(left: number, leftLength: number, right: number, rightLength: number, scratch: number): number
}

/** A memory of its own and the kernels that work in it; gone with whoever holds it. */
export interface KernelMemory {
  readonly kernels: KernelExports
  /**
   * Addresses of pieces of these many bytes, one behind the other, multiples of 16. Each call lays all out anew. Where
   * the memory has to grow for it, arrays over its old buffer are detached.
   */
  layOut<Sizes extends readonly number[]>(...sizes: Sizes): { readonly [Piece in keyof Sizes]: number }
  buffer(): ArrayBuffer
}

const pageSize = 65_536

export const kernelMemory = (module: KernelModule): KernelMemory => {
  const kernels = new (webAssembly().Instance)(module, {}).exports as KernelExports
  const { memory } = kernels
  const start = kernels.free_from()
  return {
    kernels,
    buffer: () => memory.buffer,
    layOut(...sizes) {
      let end = start
      const addresses = sizes.map(size => {
        const address = end
        end += Math.ceil(size / 16) * 16
        return address
      })
      const missing = end - memory.buffer.byteLength
      if (missing > 0) memory.grow(Math.ceil(missing / pageSize))
      return addresses as { readonly [Piece in keyof typeof sizes]: number }
    },
  }
}
