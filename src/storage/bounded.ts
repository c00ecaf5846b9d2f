import { ConfigurationError } from '../errors/configuration-error.ts'
import { StorageError } from '../errors/storage-error.ts'
import type { Storage } from '../ports/storage.ts'
import { keyTurns } from './key-turns.ts'
import { memoryStorage } from './memory.ts'
import { keyBytes } from './storage-key.ts'

export interface BoundedStorageOptions {
  /** What is bounded; a new `memoryStorage` when absent. */
  readonly storage?: Storage
  /** Bytes of keys and values together, whole, at least 1. */
  readonly maxBytes: number
  /** Whole, at least 1; without limit when absent. */
  readonly maxEntries?: number
}

/**
 * A store that stays within bounds: when a write passes them, what was read or written longest ago is deleted. For caches,
 * whose values can be had again; never for what must last.
 *
 * 1. When no write is under way the store is within its bounds; while some are, it is over by no more than they write.
 * 2. A value that would not fit alone is refused, and changes nothing.
 * 3. Over a store that lasts, all values are read once, at the first write, to learn their sizes; they count as used before
 *    everything that is used later, in the order of their keys.
 * 4. What others write to the same store counts when the bounded store is made anew: give it a prefix of its own
 *    (`prefixedStorage`). What has expired counts until it is dropped in its turn.
 * 5. It can do what the store within can.
 *
 * @throws ConfigurationError `configuration/invalid` for a bound that is not a whole number above 0; StorageError
 *   `storage/quota`, from put and putIf, for a value larger than the bound; and what the store throws
 * @example
 * const storage = boundedStorage({ storage: indexedDbStorage('answers'), maxBytes: 50 * 2 ** 20 })
 * const model = cached(remote, { storage })
 */
export const boundedStorage = ({ storage = memoryStorage(), maxBytes, maxEntries }: BoundedStorageOptions): Storage => {
  checkBound('maxBytes', maxBytes)
  if (maxEntries !== undefined) checkBound('maxEntries', maxEntries)
  const inTurn = keyTurns()
  let learning: Promise<Sizes> | undefined

  const known = (): Promise<Sizes> => {
    learning ??= sizesIn(storage).catch(error => {
      learning = undefined
      throw error
    })
    return learning
  }

  /** What a write takes; its room is made after it, so that a write that fails costs nothing. */
  const admit = (key: string, value: Uint8Array): number => {
    const bytes = keyBytes(key).length + value.length
    if (bytes <= maxBytes) return bytes
    const message = `A key and value of ${bytes} bytes were given to a store bounded to ${maxBytes}. Raise maxBytes, or keep the value in parts.`
    throw new StorageError('storage/quota', message, { key: key.slice(0, 100) })
  }

  const makeRoom = async (sizes: Sizes): Promise<void> => {
    const dropped = sizes.dropTo(maxBytes, maxEntries ?? Number.POSITIVE_INFINITY)
    try {
      await Promise.all(
        dropped.map(key =>
          // Somebody may have written it again before its turn came.
          inTurn(key, async () => (sizes.has(key) ? undefined : storage.delete(key))),
        ),
      )
    } catch (error) {
      learning = undefined // what is still there is told by the store alone
      throw error
    }
  }

  const { putIf } = storage
  return {
    capabilities: storage.capabilities,
    async get(key, options) {
      const stored = await storage.get(key, options)
      if (stored && learning) (await learning).use(key)
      return stored
    },
    async put(key, value, options) {
      options?.signal?.throwIfAborted()
      const bytes = admit(key, value)
      const copy = value.slice() // the caller may go on writing into its own
      const sizes = await known()
      await inTurn(key, async () => {
        await storage.put(key, copy, options)
        sizes.set(key, bytes)
      })
      await makeRoom(sizes)
    },
    ...(putIf && {
      async putIf(key, value, version, options) {
        options?.signal?.throwIfAborted()
        const bytes = admit(key, value)
        const copy = value.slice()
        const sizes = await known()
        const written = await inTurn(key, async () => {
          const done = await putIf.call(storage, key, copy, version, options)
          if (done) sizes.set(key, bytes)
          return done
        })
        if (written) await makeRoom(sizes)
        return written
      },
    }),
    async delete(key, options) {
      const sizes = await learning
      await inTurn(key, async () => {
        await storage.delete(key, options)
        sizes?.delete(key)
      })
    },
    list: (prefix, options) => storage.list(prefix, options),
  } satisfies Storage
}

/** Bytes by key, the one used longest ago first. */
interface Sizes {
  has(key: string): boolean
  set(key: string, bytes: number): void
  use(key: string): void
  delete(key: string): void
  /** Forgets keys until the rest is within the bounds, and tells which. */
  dropTo(maxBytes: number, maxEntries: number): readonly string[]
}

const sizesIn = async (storage: Storage): Promise<Sizes> => {
  const sizes = new Map<string, number>()
  let total = 0
  const remove = (key: string): void => {
    total -= sizes.get(key) ?? 0
    sizes.delete(key)
  }
  const set = (key: string, bytes: number): void => {
    remove(key)
    sizes.set(key, bytes)
    total += bytes
  }
  for await (const key of storage.list('')) {
    const stored = await storage.get(key)
    if (stored) set(key, keyBytes(key).length + stored.value.length)
  }
  return {
    has: key => sizes.has(key),
    set,
    use(key) {
      const bytes = sizes.get(key)
      if (bytes !== undefined) set(key, bytes)
    },
    delete: remove,
    dropTo(maxBytes, maxEntries) {
      const dropped: string[] = []
      for (const key of sizes.keys()) {
        if (total <= maxBytes && sizes.size <= maxEntries) break
        remove(key)
        dropped.push(key)
      }
      return dropped
    },
  }
}

const checkBound = (option: string, bound: number): void => {
  if (Number.isSafeInteger(bound) && bound > 0) return
  const message = `Expected ${option} to be a whole number above 0, got ${String(bound)}. Write { maxBytes: 10_000_000 }.`
  throw new ConfigurationError('configuration/invalid', message, { option })
}
