import { sha256 } from '../../src/data/index.ts'
import { type FileCache, storedFileCache } from '../../src/inference/index.ts'
import { opfsStorage } from '../storage/opfs.ts'

export interface OpfsFileCacheOptions {
  /** Tabs and workers of one origin share a cache by its name; `models` when absent. */
  readonly name?: string
  /** When more is kept, what was used longest ago goes; bytes, without bound but the browser's when absent. */
  readonly maxBytes?: number
}

/**
 * Keeps downloaded model files in the Origin Private File System, on pages and in workers. The browser may clear it when
 * the machine runs out of room, unless the site asked for lasting storage (`navigator.storage.persist()`).
 *
 * Of the tabs and workers that want a file at once one brings it, and the others wait under a Web Lock.
 *
 * @throws ConfigurationError `configuration/invalid` for a bound that is not a whole number above 0; StorageError as
 *   `opfsStorage`
 * @example
 * const files = hubFiles('onnx-community/Qwen3-0.6B-ONNX', { cache: opfsFileCache() })
 */
export const opfsFileCache = ({ name = 'models', ...options }: OpfsFileCacheOptions = {}): FileCache => ({
  ...storedFileCache({ ...options, storage: opfsStorage(name) }),
  async turn(key, signal) {
    const lock = `kkachi-turn-${encodeURIComponent(name)}/${await sha256(key)}`
    const atOnce = await held(lock, { ifAvailable: true })
    if (atOnce) return { waited: false, end: atOnce }
    const end = await held(lock, { ...(signal && { signal }) })
    return { waited: true, end: end ?? (async () => {}) }
  },
})

/** Holds a lock until the function that comes back is called, or the tab ends; undefined where it cannot be had at once. */
const held = (lock: string, options: LockOptions): Promise<(() => Promise<void>) | undefined> =>
  new Promise((resolve, reject) => {
    const released = navigator.locks.request(lock, options, granted => {
      if (granted === null) return resolve(undefined)
      return new Promise<void>(release => {
        resolve(async () => {
          release()
          await released
        })
      })
    })
    released.catch(reject)
  })
