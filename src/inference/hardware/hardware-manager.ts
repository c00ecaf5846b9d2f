import { RuntimeError } from '../../errors/runtime-error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { BackendConfig, LocalModelEvent } from '../backend-config.ts'
import { type BackendCandidates, type BackendLimits, backendCandidates } from './backend-candidates.ts'
import { backendText } from './backend-text.ts'
import type { Hardware, HardwareProbe } from './hardware.ts'
import { type MemoryWatch, memoryWatch } from './memory-watch.ts'
import type { ModelNeed } from './model-need.ts'
import { type BackendTrouble, nextBackend } from './next-backend.ts'

export interface HardwareManagerOptions extends BackendLimits {
  readonly probe: HardwareProbe
  /** Whether a remote model answers where nothing here can; false when absent. */
  readonly remote?: boolean
  /** Tokens a second on a backend; asked where a GPU and the CPU both come into question and the model is small. */
  readonly measure?: (backend: BackendConfig) => Promise<number>
  /** Bytes of weights from which on nothing is measured, for it means to load them twice; 256 MiB when absent. */
  readonly measuredBelow?: number
  readonly onEvent?: (event: LocalModelEvent) => void
  readonly clock?: Pick<Clock, 'now'>
}

/** Decides where models run on this device. */
export interface HardwareManager {
  /** What the device has; looked at once. */
  hardware(): Promise<Hardware>
  /** Where a model runs best, and why. */
  choose(need: ModelNeed): Promise<BackendConfig>
  /** The next step down, told as `degraded`. */
  degrade(from: BackendConfig, trouble: BackendTrouble, need: ModelNeed): Promise<BackendConfig>
  /** Whether the memory of this process is short, with hysteresis. */
  isMemoryShort(): Promise<boolean>
}

/** Where weights have to be fetched, loading twice to compare costs more than is won by models larger than this. */
const usuallyMeasuredBelow = 256 * 2 ** 20
/** Unmeasured, a GPU loses more by its calls than it wins with networks smaller than this. */
const cpuBelow = 32 * 2 ** 20

/**
 * Chooses among the backends of a device by what they can do, by the memory that a model needs on them, and, for small
 * models, by a short benchmark: those are often faster on the CPU.
 *
 * @throws RuntimeError `runtime/no-backend` from choose() and degrade() where nothing is left and `remote` is not allowed;
 *   `tried` says why of each
 * @example
 * const manager = hardwareManager({ probe: nodeHardware(), memoryBytes: 4 * 2 ** 30 })
 * const { kind, reasons } = await manager.choose({ weights: { q4: 480_000_000 }, bytesPerSlot: 229_376, slots: 8192 })
 */
export const hardwareManager = (options: HardwareManagerOptions): HardwareManager => {
  const { probe, remote = false, measure, measuredBelow = usuallyMeasuredBelow, onEvent = () => {} } = options
  let looking: Promise<Hardware> | undefined
  let watch: MemoryWatch | undefined

  const hardware = (): Promise<Hardware> => {
    looking ??= probe.look().catch(error => {
      looking = undefined
      throw error
    })
    return looking
  }

  const candidates = async (need: ModelNeed): Promise<BackendCandidates> =>
    backendCandidates(await hardware(), need, options)

  const told = (backend: BackendConfig): BackendConfig => {
    onEvent({ type: 'backend', backend })
    return backend
  }

  const faster = async (gpu: BackendConfig, cpu: BackendConfig, bytes: number): Promise<BackendConfig> => {
    if (measure === undefined || bytes >= measuredBelow) {
      const [best, why] =
        bytes < cpuBelow ? [cpu, 'so small a model is mostly faster on the CPU'] : [gpu, 'a GPU is there']
      return { ...best, reasons: [...best.reasons, why] }
    }
    const rates = [await rateOn(gpu, measure), await rateOn(cpu, measure)] as const
    const best = rates[0].rate > rates[1].rate ? gpu : cpu
    return { ...best, reasons: [...best.reasons, `measured: ${rates[0].text}, ${rates[1].text}`] }
  }

  return {
    hardware,
    async choose(need) {
      const { fitting, refused } = await candidates(need)
      const gpu = fitting.find(({ kind }) => kind === 'gpu')
      const cpu = fitting.find(({ kind }) => kind === 'cpu')
      if (gpu && cpu) return told(await faster(gpu, cpu, bytesOf(gpu, need)))
      const only = gpu ?? cpu
      const reasons = refused.map(({ name, reason }) => `not on the ${name}: ${reason}`)
      if (only) return told({ ...only, reasons: [...only.reasons, ...reasons] })
      if (remote) return told({ kind: 'remote', reasons })
      throw nothingLeft(refused)
    },
    async degrade(from, trouble, need) {
      const { fitting, refused } = await candidates(need)
      const next = nextBackend(from, trouble, { candidates: { fitting }, need, remote })
      if (next === undefined) throw nothingLeft([{ name: backendText(from), reason: trouble }, ...refused])
      onEvent({ type: 'degraded', from: backendText(from), to: backendText(next), reason: next.reasons[0] ?? trouble })
      return next
    },
    async isMemoryShort() {
      const limitBytes = options.memoryBytes ?? (await hardware()).memoryBytes
      if (limitBytes === undefined) return false
      watch ??= memoryWatch({ probe, limitBytes, ...(options.clock ? { clock: options.clock } : {}) })
      return watch.isShort()
    },
  }
}

const bytesOf = (backend: BackendConfig, { weights }: ModelNeed): number =>
  backend.kind === 'remote' ? 0 : (weights[backend.weights] ?? 0)

/** A backend that breaks while it is measured is as slow as can be. */
const rateOn = async (
  backend: BackendConfig,
  measure: (backend: BackendConfig) => Promise<number>,
): Promise<{ readonly rate: number; readonly text: string }> => {
  try {
    const rate = await measure(backend)
    return { rate, text: `${Number(rate.toPrecision(3))} tokens/s on ${backendText(backend)}` }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { rate: Number.NEGATIVE_INFINITY, text: `${backendText(backend)} broke off (${reason})` }
  }
}

const nothingLeft = (tried: readonly { readonly name: string; readonly reason: string }[]): RuntimeError => {
  const reasons = tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  return new RuntimeError(
    'runtime/no-backend',
    `The model cannot run on this device (${reasons}). Use smaller weights or a smaller model, raise the limits of memory, or allow a remote model.`,
    { tried },
  )
}
