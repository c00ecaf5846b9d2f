import type { Clock } from '../ports/clock.ts'
import type { PutOptions, Storage } from '../ports/storage.ts'
import { systemClock } from '../ports/system-clock.ts'
import { keyBytes } from './storage-key.ts'

export interface MemoryStorageOptions {
  /** For the time to live. */
  readonly clock?: Pick<Clock, 'now'>
}

interface Entry {
  readonly value: Uint8Array
  readonly version: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/**
 * A store that lives as long as the process. Nothing is ever evicted but what has expired.
 *
 * @example
 * const storage = memoryStorage()
 * await storage.put('greeting', new TextEncoder().encode('hello'), { ttlSeconds: 60 })
 */
export const memoryStorage = ({ clock = systemClock }: MemoryStorageOptions = {}): Storage => {
  const entries = new Map<string, Entry>()
  let writes = 0

  const live = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (entry === undefined || clock.now() < entry.expires) return entry
    entries.delete(key)
    return undefined
  }
  const write = (key: string, value: Uint8Array, { ttlSeconds }: PutOptions): void => {
    writes += 1
    const expires = ttlSeconds === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlSeconds * 1000
    entries.set(key, { value: value.slice(), version: `${writes}`, expires })
  }

  return {
    capabilities: { compareAndSet: true, consistency: 'strong' },
    async get(key, options) {
      admit(key, options)
      const entry = live(key)
      return entry && { value: entry.value.slice(), version: entry.version }
    },
    async put(key, value, options = {}) {
      admit(key, options)
      write(key, value, options)
    },
    async putIf(key, value, version, options = {}) {
      admit(key, options)
      if (live(key)?.version !== version) return false
      write(key, value, options)
      return true
    },
    async delete(key, options) {
      admit(key, options)
      entries.delete(key)
    },
    async *list(prefix, options) {
      options?.signal?.throwIfAborted()
      for (const key of [...entries.keys()].filter(key => key.startsWith(prefix)).sort()) {
        options?.signal?.throwIfAborted()
        if (live(key)) yield key
      }
    },
  }
}

const admit = (key: string, options: PutOptions | undefined): void => {
  options?.signal?.throwIfAborted()
  keyBytes(key)
}
