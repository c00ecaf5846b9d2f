import { canonicalJson } from '../../data/canonical-json.ts'
import { parseJson } from '../../data/safe-json.ts'
import { sha256 } from '../../data/sha256.ts'
import { StorageError } from '../../errors/storage-error.ts'
import type { Storage } from '../../ports/storage.ts'
import { tryingStorage } from '../../ports/trying-storage.ts'
import type { BackendConfig } from '../backend-config.ts'
import { backendText } from './backend-text.ts'

export interface KeptSpeedsOptions {
  /** Tokens a second on a backend. */
  readonly measure: (backend: BackendConfig) => Promise<number>
  readonly storage: Storage
  /** What else the speed depends on, as plain data: the device and its driver, the shape of the model. */
  readonly of: unknown
  /** Hears why the storage could not be used; it is measured then, and not kept. */
  readonly onStorageFailure?: (error: StorageError) => void
}

/**
 * Speeds that are measured once for each backend, device and model, and then remembered; for `measure` of `hardwareManager`.
 *
 * 1. One measurement under way serves all who ask for its backend.
 * 2. One that fails is not kept; nor is a number that is no speed.
 *
 * @example
 * const measure = keptSpeeds({ storage, of: { gpu: 'nvidia ada', model: 'qwen3-0.6b' }, measure: backend => … })
 */
export const keptSpeeds = (options: KeptSpeedsOptions): ((backend: BackendConfig) => Promise<number>) => {
  const { measure, storage, of, onStorageFailure = () => {} } = options
  const underWay = new Map<string, Promise<number>>()

  const stored = tryingStorage(storage, error => {
    if (!(error instanceof StorageError)) throw error
    onStorageFailure(error)
  })

  const once = async (backend: BackendConfig, subject: string): Promise<number> => {
    const key = `speed ${await sha256(subject)}`
    const kept = await stored(storage => storage.get(key))
    const speed = kept && speedIn(kept.value)
    if (speed !== undefined) return speed
    const measured = await measure(backend)
    if (isSpeed(measured)) {
      const value = new TextEncoder().encode(JSON.stringify({ tokensPerSecond: measured }))
      await stored(storage => storage.put(key, value))
    }
    return measured
  }

  return backend => {
    const subject = canonicalJson({ of, backend: backendText(backend) })
    const running = underWay.get(subject)
    if (running) return running
    const begun = once(backend, subject).finally(() => underWay.delete(subject))
    underWay.set(subject, begun)
    return begun
  }
}

const isSpeed = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0

/** What is damaged counts as absent. */
const speedIn = (value: Uint8Array): number | undefined => {
  try {
    const told = parseJson(new TextDecoder().decode(value))
    const speed: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, 'tokensPerSecond') : undefined
    return isSpeed(speed) ? speed : undefined
  } catch {
    return undefined
  }
}
