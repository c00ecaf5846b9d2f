import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { Clock, Storage } from '../../src/index.ts'
import {
  type BackendConfig,
  broughtOnnxRuntime,
  type HardwareProbe,
  keptSpeeds,
  loadNetwork,
  type ModelFiles,
  networkSpeed,
  selfTestLogits,
  type WeightType,
} from '../../src/inference/index.ts'

export interface NodeSpeedOptions {
  readonly id: string
  readonly files: ModelFiles
  readonly weights: WeightType
  readonly threads?: number | undefined
  /** Brings onnxruntime-node. */
  readonly runtime: () => Promise<unknown>
  readonly probe: HardwareProbe
  /** Remembers what was measured. */
  readonly storage: Storage
  /** Milliseconds of computing for each backend, its first two steps and the load aside; 200 when absent. */
  readonly maxMs?: number | undefined
  readonly clock?: Pick<Clock, 'now'> | undefined
}

/** What networks of one model compute on this machine. */
export interface NodeSpeed {
  /** Tokens a second on a backend. */
  measure(backend: BackendConfig): Promise<number>
  /** What the CPU computes in the self-test of networks; undefined where it cannot, for want of memory say. */
  reference(): Promise<Float32Array | undefined>
}

/** Tokens before those that are timed: onnxruntime-node carries the attention memory to a GPU and back at each step. */
const behind = 512

/**
 * Measures once for each machine, driver, version of onnxruntime, shape of model and weights: steps behind 512 tokens, for a
 * fifth of a second.
 */
export const nodeSpeed = (options: NodeSpeedOptions): NodeSpeed => {
  const { id, files, weights, threads, runtime, probe, storage, maxMs, clock } = options
  let logits: Promise<Float32Array> | undefined

  const opened = async (device: string, count = threads) => {
    const library = await broughtOnnxRuntime(id, 'onnxruntime-node', runtime)
    return loadNetwork(files, { id, runtime: library, weights, device, ...(count !== undefined && { threads: count }) })
  }

  const speedOn = async (backend: BackendConfig): Promise<number> => {
    if (backend.kind === 'remote') return 0
    const network = await (backend.kind === 'gpu' ? opened(backend.device) : opened('cpu', backend.threads))
    try {
      return await networkSpeed(network, {
        behind,
        ...(maxMs !== undefined && { maxMs }),
        ...(clock !== undefined && { clock }),
      })
    } finally {
      await network.close()
    }
  }

  const onCpu = async (): Promise<Float32Array> => {
    const network = await opened('cpu')
    try {
      return await selfTestLogits(network)
    } finally {
      await network.close()
    }
  }

  const kept = async () => {
    const { gpu, cores } = await probe.look()
    const driver = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '') // of NVIDIA, on Linux
    const processor = cpus()[0]?.model ?? ''
    const system = [process.platform, process.arch, await versionOf(runtime)]
    const model = await files.digest(['config.json'])
    const of = { version: 1, system, processor, cores, gpu, driver, threads: threads ?? 0, model, behind }
    return keptSpeeds({ storage, measure: speedOn, of })
  }

  let keeping: ReturnType<typeof kept> | undefined
  return {
    async measure(backend) {
      keeping ??= kept().catch(error => {
        keeping = undefined
        throw error
      })
      return (await keeping)(backend)
    },
    async reference() {
      logits ??= onCpu()
      return logits.catch(() => {
        logits = undefined
        return undefined
      })
    },
  }
}

/** What the library says of its versions. */
const versionOf = async (runtime: () => Promise<unknown>): Promise<string> => {
  const library = await runtime()
  const env: unknown = typeof library === 'object' && library !== null ? Reflect.get(library, 'env') : undefined
  const versions: unknown = typeof env === 'object' && env !== null ? Reflect.get(env, 'versions') : undefined
  return JSON.stringify(versions ?? '')
}
