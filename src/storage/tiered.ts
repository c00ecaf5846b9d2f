import type { PutOptions, Storage, StorageOptions, StoredValue } from '../ports/storage.ts'
import { keyTurns } from './key-turns.ts'
import { keyBytes } from './storage-key.ts'

export interface TieredStorageOptions {
  /** Fast, and free to forget: memory, bounded, or what is on this machine. Nothing else may write to it. */
  readonly near: Storage
  /** Where everything is. */
  readonly far: Storage
  /** How long a value may be read from `near` without looking at `far`, in seconds above 0; 60 when absent. */
  readonly nearTtlSeconds?: number
}

/**
 * Two stores as one: reads come from `near` where it has the value and fill it where it has not; writes go to `far`, then
 * to `near`.
 *
 * 1. Who uses this one object reads what it has written: work on one key goes one after the other.
 * 2. What others write to `far`, and what expires there, is seen after `nearTtlSeconds` at the latest; an absent key is
 *    looked for in `far` each time. So the consistency is eventual; compare-and-set is that of `far`.
 * 3. `putIf` compares with what `far` has and drops what `near` has, so a loop of get and putIf comes to an end.
 * 4. The version is the SHA-256 of the value: the same from both stores, and again the same when a value comes back.
 * 5. A write that fails in `far` leaves the key out of `near`. One that fails only in `near` rejects although `far` has
 *    the value: bound `near` (`boundedStorage`) where it may fill up. Listings are those of `far`.
 *
 * @throws StorageError of either store, `storage/key` for a key that cannot be one
 * @example
 * const storage = tieredStorage({ near: boundedStorage({ maxBytes: 10 * 2 ** 20 }), far: workersKv(env.KKACHI) })
 */
export const tieredStorage = ({ near, far, nearTtlSeconds = 60 }: TieredStorageOptions): Storage => {
  const inTurn = keyTurns()

  const nearOptions = ({ signal, ttlSeconds = nearTtlSeconds }: PutOptions): PutOptions => ({
    ttlSeconds: Math.min(ttlSeconds, nearTtlSeconds),
    ...(signal && { signal }),
  })

  const admit = (key: string, options: StorageOptions): void => {
    options.signal?.throwIfAborted()
    keyBytes(key)
  }

  const putIf: Storage['putIf'] =
    far.putIf &&
    (async (key, value, version, options = {}) => {
      admit(key, options)
      const copy = value.slice()
      return inTurn(key, async () => {
        await near.delete(key, options)
        const current = await far.get(key, options)
        if ((current && (await digestOf(current.value))) !== version) return false
        if (!(await far.putIf?.(key, copy, current?.version, options))) return false
        await near.put(key, copy, nearOptions(options))
        return true
      })
    })

  return {
    capabilities: { compareAndSet: far.capabilities.compareAndSet, consistency: 'eventual' },
    async get(key, options = {}) {
      admit(key, options)
      const stored =
        (await near.get(key, options)) ??
        (await inTurn(key, async () => {
          const filled = await near.get(key, options) // by whoever came before
          if (filled) return filled
          const found = await far.get(key, options)
          if (found) await near.put(key, found.value, nearOptions(options))
          return found
        }))
      return stored && ({ value: stored.value, version: await digestOf(stored.value) } satisfies StoredValue)
    },
    async put(key, value, options = {}) {
      admit(key, options)
      const copy = value.slice() // the caller may go on writing into its own bytes
      await inTurn(key, async () => {
        await near.delete(key, options)
        await far.put(key, copy, options)
        await near.put(key, copy, nearOptions(options))
      })
    },
    ...(putIf && { putIf }),
    async delete(key, options = {}) {
      admit(key, options)
      await inTurn(key, async () => {
        await near.delete(key, options)
        await far.delete(key, options)
      })
    },
    list: (prefix, options) => far.list(prefix, options),
  }
}

const digestOf = async (value: Uint8Array): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(value)))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}
