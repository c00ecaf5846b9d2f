import { StorageError, type StorageOptions } from '../../src/storage/index.ts'
import { storageFailure } from './storage-failure.ts'

/** Runs one call of a store: an abort stays what it was, everything else becomes a StorageError about `key`. */
export const guarded = async <T>(
  store: string,
  key: string,
  { signal }: StorageOptions,
  work: () => Promise<T>,
): Promise<T> => {
  signal?.throwIfAborted()
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw error instanceof StorageError ? error : storageFailure(store, key, error)
  }
}
