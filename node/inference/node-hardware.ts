import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { GpuFacts, HardwareProbe } from '../../src/inference/index.ts'
import { onnxruntimeNode } from '../models/onnxruntime-node.ts'

export interface NodeHardwareOptions {
  /** Brings the runtime to ask which backends it has; onnxruntime-node, told to report to nobody, when absent. */
  readonly runtime?: () => Promise<unknown>
  /** What is known of the GPU, in place of what Node can see of it, which is little. */
  readonly gpu?: Partial<GpuFacts>
  /** Backends of a GPU that are not to be used: they were tried. */
  readonly without?: ReadonlySet<string>
  readonly platform?: string
  /** Whether a path exists, for the devices of Linux. */
  readonly exists?: (path: string) => boolean
}

/**
 * What this machine has, as far as Node can see: processors, memory that is free and allowed to the process, the backends of
 * onnxruntime-node, and whether there seems to be a GPU for them. WebAssembly is always there as a CPU backend. Of a GPU it
 * cannot see the memory, and whether it computes in half precision only for CUDA: `gpu` tells more.
 *
 * @example
 * const manager = hardwareManager({ probe: nodeHardware({ gpu: { f16: true, memoryBytes: 8 * 2 ** 30 } }) })
 */
export const nodeHardware = ({
  runtime = onnxruntimeNode,
  gpu,
  without = new Set(),
  platform = process.platform,
  exists = existsSync,
}: NodeHardwareOptions = {}): HardwareProbe => ({
  async look() {
    const { backends, note } = await backendsOf(runtime)
    const usable = new Set([...backends].filter(name => !without.has(name)))
    const device = gpu?.device ?? gpuBackend(usable, platform, exists)
    return {
      cores: availableParallelism(),
      threads: true,
      cpu: true,
      memoryBytes: Math.min(process.availableMemory(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
      ...(device === undefined
        ? {}
        : { gpu: { name: '', f16: device === 'cuda', subgroups: false, isSoftware: false, ...gpu, device } }),
      notes: [note, device === undefined ? 'No GPU was found.' : `A GPU may be reached through ${device}.`],
    }
  },
  usedBytes: async () => process.memoryUsage.rss(),
})

/** The names of what the runtime can compute on. */
const backendsOf = async (
  runtime: () => Promise<unknown>,
): Promise<{ readonly backends: ReadonlySet<string>; readonly note: string }> => {
  try {
    const library = await runtime()
    const list =
      typeof library === 'object' && library !== null && 'listSupportedBackends' in library
        ? library.listSupportedBackends
        : undefined
    const found: unknown = typeof list === 'function' ? list() : []
    const backends = new Set(Array.isArray(found) ? found.flatMap(nameIn) : [])
    return { backends, note: `onnxruntime-node has ${[...backends].join(', ') || 'no backend that it names'}.` }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    return {
      backends: new Set(),
      note: `onnxruntime-node could not be loaded (${reason}): WebAssembly is what is left.`,
    }
  }
}

const nameIn = (one: unknown): readonly string[] =>
  typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string' ? [one.name] : []

/** Which backends reach a GPU, the best for networks like ours first. CoreML computes the least of them by itself. */
const gpuBackends: Readonly<Record<string, readonly string[]>> = {
  linux: ['cuda', 'webgpu'],
  win32: ['webgpu', 'dml'],
  darwin: ['webgpu', 'coreml'],
}

/** The backend through which a GPU that seems to be there can be reached. */
const gpuBackend = (
  backends: ReadonlySet<string>,
  platform: string,
  exists: (path: string) => boolean,
): string | undefined => {
  const isNvidia = platform === 'linux' && exists('/proc/driver/nvidia/version')
  const isThere = platform !== 'linux' || isNvidia || exists('/dev/dri/renderD128')
  const ways = isThere ? (gpuBackends[platform] ?? ['webgpu']) : []
  return ways.find(name => backends.has(name) && (name !== 'cuda' || isNvidia))
}
