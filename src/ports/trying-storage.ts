import type { Storage } from './storage.ts'

/**
 * Works with a storage that may be absent or fail: both give undefined, a failure once `told` has heard of it. Where
 * nobody is told, the failure is thrown.
 */
export const tryingStorage =
  (storage: Storage | undefined, told: ((error: unknown) => void) | undefined) =>
  async <T>(work: (storage: Storage) => Promise<T>): Promise<T | undefined> => {
    if (!storage) return undefined
    try {
      return await work(storage)
    } catch (error) {
      if (!told) throw error
      told(error)
      return undefined
    }
  }
