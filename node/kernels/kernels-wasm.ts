import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'

/**
 * The kernels that come with the package, for `wasmKernels`.
 *
 * @example
 * const kernels = await wasmKernels(await kernelsWasm())
 */
export const kernelsWasm = (): Promise<Uint8Array> => readFile(join(packageRoot(), 'wasm', 'built', 'kernels.wasm'))
