import { type Clock, RuntimeError, type Storage } from '../../src/index.ts'
import {
  type BackendConfig,
  broughtOnnxRuntime,
  type HardwareProbe,
  hardwareManager,
  type LocalModelEvent,
  type ModelFiles,
  type ModelNeed,
  type Network,
  needOfFiles,
  networkSelfTest,
  type OnnxModelOptions,
  type OnnxPlace,
  type WeightType,
} from '../../src/inference/index.ts'
import { nodeHardware } from '../inference/node-hardware.ts'
import { nodeSpeed } from '../inference/node-speed.ts'
import { onnxruntimeNode } from './onnxruntime-node.ts'
import { watchedRuntime } from './watched-runtime.ts'

export interface ChosenPlaceOptions {
  readonly id: string
  readonly files: ModelFiles
  readonly weights: WeightType
  readonly threads?: number | undefined
  readonly attentionBytes?: number | undefined
  readonly onEvent?: ((event: LocalModelEvent) => void) | undefined
  /** Remembers what was measured. */
  readonly storage: Storage
  /** Brings onnxruntime-node; told to report to nobody when absent. */
  readonly runtime?: () => Promise<unknown>
  /** Looks at this machine, but for backends that were tried in vain. */
  readonly probe?: (without: ReadonlySet<string>) => HardwareProbe
  /** Bytes of weights below which nothing is measured, for no GPU wins with so few; 8 MiB when absent. */
  readonly measuredFrom?: number
  /** Milliseconds of computing for each backend that is measured. */
  readonly maxMs?: number
  readonly clock?: Pick<Clock, 'now'>
}

/**
 * Chooses, at each load, between the CPU and a GPU that onnxruntime-node reaches: by what is there, by the memory needed, and
 * by a short benchmark whose result is kept.
 *
 * 1. A GPU is used once its numbers are those of the CPU, where the CPU can compute them.
 * 2. One that does not start, computes other numbers, or breaks off while it answers is not used again by this model: the
 *    next backend is, and `degraded` tells it. A lack of memory in an answer is none of these: see `onnxModel`.
 * 3. Where no GPU is found, or the model is small, nothing is measured.
 */
export const chosenPlace = (options: ChosenPlaceOptions): NonNullable<OnnxModelOptions['opening']> => {
  const { id, files, weights, threads, attentionBytes, storage, onEvent = () => {} } = options
  const { runtime = onnxruntimeNode, probe = without => nodeHardware({ runtime, without }), maxMs, clock } = options
  const { measuredFrom = 8 * 2 ** 20 } = options
  const without = new Set<string>()
  let needed: Promise<ModelNeed> | undefined
  const speeds = new Map<string, ReturnType<typeof nodeSpeed>>()

  const need = (): Promise<ModelNeed> => {
    needed ??= needOfFiles(files, { weights, attentionBytes }).catch(error => {
      needed = undefined
      throw error
    })
    return needed
  }

  const speedWith = (device: string, here: HardwareProbe): ReturnType<typeof nodeSpeed> => {
    const known = speeds.get(device)
    const made = known ?? nodeSpeed({ ...{ id, files, weights, threads, runtime, storage, maxMs, clock }, probe: here })
    speeds.set(device, made)
    return made
  }

  const giveUp = async (device: string, error: unknown): Promise<void> => {
    if (without.has(device)) return
    without.add(device)
    const next = (await probe(without).look()).gpu?.device ?? 'cpu'
    const reason = error instanceof Error ? error.message : String(error)
    onEvent({ type: 'degraded', from: device, to: next, reason })
  }

  /** The best of what was not tried in vain. */
  const choose = async (): Promise<BackendConfig> => {
    const wanted = await need()
    if (Math.min(...Object.values(wanted.weights)) < measuredFrom) return onCpu(['So small a model needs no GPU.'])
    for (;;) {
      const here = probe(without)
      const hardware = await here.look()
      const { gpu } = hardware
      if (gpu === undefined) return onCpu(hardware.notes.slice(1))
      let broke: { readonly error: unknown } | undefined
      const measure = async (backend: BackendConfig): Promise<number> => {
        try {
          return await speedWith(gpu.device, here).measure(backend)
        } catch (error) {
          if (backend.kind === 'gpu') broke = { error }
          throw error
        }
      }
      const all = { ...here, look: async () => hardware }
      // The CPU is not refused for the memory that is free now: its weights are read from the disk as they are needed.
      const chosen = await hardwareManager({ probe: all, threads, measure, measuredBelow: Number.POSITIVE_INFINITY })
        .choose(wanted)
        .catch(error => onCpu([error instanceof Error ? error.message : String(error)]))
      if (broke === undefined) return chosen
      if (isOfFiles(broke.error)) throw broke.error
      await giveUp(gpu.device, broke.error)
    }
  }

  const onCpu = (reasons: readonly string[]): BackendConfig => ({
    kind: 'cpu',
    threads: threads ?? 0,
    weights,
    reasons,
  })

  /** Where nothing was measured, the CPU has no room for the network, and nothing is compared. */
  const check = async (device: string, network: Network): Promise<void> => {
    const expected = await speeds.get(device)?.reference()
    if (expected === undefined) return
    const { passed, worst } = await networkSelfTest(network, expected)
    if (passed) return
    const reason = `its logits differ from those of the CPU by ${worst.toFixed(2)} deviations`
    const message = `${id} cannot use this GPU through ${device}: ${reason}. Choose device: 'cpu'.`
    throw new RuntimeError('runtime/no-backend', message, { tried: [{ name: device, reason }] })
  }

  return async open => {
    for (;;) {
      const chosen = await choose()
      const { reasons } = chosen
      if (chosen.kind !== 'gpu') {
        const measured = chosen.kind === 'cpu' && chosen.threads > 0 ? { threads: chosen.threads } : {}
        return open({ ...measured, device: 'cpu', reasons: ['onnxruntime-node is used.', ...reasons] })
      }
      const { device, slots } = chosen
      const place: OnnxPlace = {
        ...{ device, reasons, check: network => check(device, network) },
        ...(slots !== undefined && { attentionBytes: slots * (await need()).bytesPerSlot }),
        runtime: async () =>
          watchedRuntime(await broughtOnnxRuntime(id, 'onnxruntime-node', runtime), error => giveUp(device, error)),
      }
      try {
        return await open(place)
      } catch (error) {
        if (isOfFiles(error)) throw error
        await giveUp(device, error)
      }
    }
  }
}

/** Files that are absent are absent for every backend. What a runtime says of them has a cause. */
const isOfFiles = (error: unknown): boolean =>
  error instanceof RuntimeError && error.code === 'runtime/model-files' && error.cause === undefined
