import type { Clock, Storage } from '../../src/index.ts'
import {
  type BackendConfig,
  broughtOnnxRuntime,
  type HardwareProbe,
  keptSpeeds,
  loadNetwork,
  type ModelFiles,
  networkSpeed,
} from '../../src/inference/index.ts'
import { opfsStorage } from '../storage/opfs.ts'
import { bringOnnxruntime, type WasmPaths } from './bring-onnxruntime.ts'
import { type GpuDevice, openGpu } from './gpu-device.ts'

export interface BrowserSpeedOptions {
  readonly id: string
  readonly files: ModelFiles
  readonly probe: HardwareProbe
  readonly wasmPaths?: WasmPaths | undefined
  /** Remembers what was measured; the Origin Private File System when absent. */
  readonly storage?: Storage
  /** Milliseconds of computing for each backend, its first two steps and the load aside; 200 when absent. */
  readonly maxMs?: number
  readonly clock?: Pick<Clock, 'now'>
}

/**
 * Tokens a second of a model on a backend of this browser, measured once for each browser, device, shape of model and weights.
 *
 * The first time, both runtimes and the weights are loaded to compare; what WebAssembly took then stays until the worker ends.
 */
export const browserSpeed = (options: BrowserSpeedOptions): ((backend: BackendConfig) => Promise<number>) => {
  const { files, probe, storage = opfsStorage('speeds') } = options
  const measure = (backend: BackendConfig): Promise<number> => speedOn(backend, options)
  const kept = async () => {
    const { gpu, cores, threads } = await probe.look()
    const { userAgent } = navigator
    // The names of its files do not decide how quick a network is, and its weights hardly: their type is the backend's.
    const model = await files.digest(['config.json'])
    return keptSpeeds({ storage, measure, of: { version: 1, userAgent, gpu, cores, threads, model } })
  }
  let keeping: ReturnType<typeof kept> | undefined
  return async backend => {
    keeping ??= kept().catch(error => {
      keeping = undefined
      throw error
    })
    return (await keeping)(backend)
  }
}

const speedOn = async (backend: BackendConfig, options: BrowserSpeedOptions): Promise<number> => {
  const { id, files, wasmPaths, maxMs, clock } = options
  if (backend.kind === 'remote') return 0
  const isOnGpu = backend.kind === 'gpu'
  const threads = isOnGpu ? 1 : backend.threads
  const build = isOnGpu ? 'webgpu' : 'wasm'
  const runtime = await broughtOnnxRuntime(id, 'onnxruntime-web', () => bringOnnxruntime({ build, wasmPaths, threads }))
  const gpu: GpuDevice | undefined = isOnGpu
    ? await openGpu({ hidesSubgroups: backend.hidesSubgroups ?? false })
    : undefined
  try {
    const network = await loadNetwork(files, {
      ...{ id, runtime, threads, weights: backend.weights, device: build },
      ...(gpu && { gpuDevice: gpu.device }),
    })
    try {
      const work = networkSpeed(network, { ...(maxMs !== undefined && { maxMs }), ...(clock && { clock }) })
      return await (gpu ? gpu.orLost(work) : work)
    } finally {
      await network.close()
    }
  } finally {
    gpu?.close()
  }
}
