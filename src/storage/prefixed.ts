import type { Storage } from '../ports/storage.ts'
import { keyBytes } from './storage-key.ts'

/**
 * A part of a store: its keys are those of the store that begin with `prefix`, told without it.
 *
 * It can do what the store can. The prefix counts towards the 512 bytes of a key.
 *
 * @throws StorageError `storage/key`, from each method, when the prefixed key is too long
 * @example
 * const cache = prefixedStorage(storage, 'cache/')
 */
export const prefixedStorage = (storage: Storage, prefix: string): Storage => {
  const full = (key: string): string => {
    keyBytes(key) // an empty key is refused although the prefix would make it one
    return prefix + key
  }
  const { putIf } = storage
  return {
    capabilities: storage.capabilities,
    get: async (key, options) => storage.get(full(key), options),
    put: async (key, value, options) => storage.put(full(key), value, options),
    ...(putIf && {
      putIf: async (key, value, version, options) => putIf.call(storage, full(key), value, version, options),
    }),
    delete: async (key, options) => storage.delete(full(key), options),
    async *list(rest, options) {
      for await (const key of storage.list(prefix + rest, options)) yield key.slice(prefix.length)
    },
  } satisfies Storage
}
