import { ConfigurationError } from '../errors/configuration-error.ts'
import type { TextKernels } from '../ports/text-kernels.ts'
import type { VectorKernels } from '../ports/vector-kernels.ts'
import { webAssembly } from '../ports/web-assembly.ts'
import { type KernelMemory, type KernelModule, kernelMemory } from './kernel-memory.ts'
import { vectorRooms } from './vector-rooms.ts'

/** All that `kkachi/wasm/kernels.wasm` computes. */
export interface WasmKernels extends VectorKernels, TextKernels {}

/** Memory that is kept for the next call; a call that needs more gets one of its own. */
const kept = 4 * 2 ** 20

/**
 * The kernels in WebAssembly with SIMD, to be handed to what computes much: `vectorIndex({ kernels })`,
 * `editSimilarity({ kernels })`.
 *
 * 1. They agree with the TypeScript they stand for; sums of floats but for rounding, for they are made in 32 bits.
 * 2. An index keeps its vectors in memory of the kernels, which is given back with the index.
 *
 * Takes the bytes of `kkachi/wasm/kernels.wasm` or, in Workers, where nothing may be compiled, the module that importing
 * it gives.
 *
 * @throws ConfigurationError `configuration/invalid` for anything else
 * @example
 * const kernels = await wasmKernels(await kernelsWasm()) // from kkachi/node
 * const index = vectorIndex({ embedder: embedder.id, quantized: true, kernels })
 */
export const wasmKernels = async (wasm: Uint8Array | ArrayBuffer | KernelModule): Promise<WasmKernels> => {
  const [module, scratch] = await opened(wasm)
  return {
    ...vectorRooms(module, scratch),
    editDistance(left, right) {
      const words = scratch.kernels.scratch_words(left.length, right.length)
      const sizes = [4 * left.length, 4 * right.length, 8 * words] as const
      const isLong = sizes[0] + sizes[1] + sizes[2] > kept
      const memory = isLong ? kernelMemory(module) : scratch
      const [leftAt, rightAt, scratchAt] = memory.layOut(...sizes)
      const leftLength = writeCodePoints(left, new Uint32Array(memory.buffer(), leftAt, left.length))
      const rightLength = writeCodePoints(right, new Uint32Array(memory.buffer(), rightAt, right.length))
      return memory.kernels.edit_distance(leftAt, leftLength, rightAt, rightLength, scratchAt)
    },
  }
}

const opened = async (wasm: Uint8Array | ArrayBuffer | KernelModule): Promise<[KernelModule, KernelMemory]> => {
  try {
    const isBytes = wasm instanceof Uint8Array || wasm instanceof ArrayBuffer
    const module = isBytes ? await webAssembly().compile(wasm) : wasm
    const scratch = kernelMemory(module)
    if (typeof scratch.kernels.edit_distance !== 'function') throw new TypeError('another module')
    return [module, scratch]
  } catch (cause) {
    throw new ConfigurationError(
      'configuration/invalid',
      'Expected the kernels, got something else. Give wasmKernels the bytes of kkachi/wasm/kernels.wasm, or in Workers the module that importing it gives.',
      { option: 'wasm', cause },
    )
  }
}

/** How many code points were written. */
const writeCodePoints = (text: string, into: Uint32Array): number => {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.codePointAt(at) ?? 0
    if (letter > 0xffff) at += 1
    into[count] = letter
    count += 1
  }
  return count
}
