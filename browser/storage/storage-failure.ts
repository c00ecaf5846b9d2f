import { StorageError } from '../../src/storage/index.ts'

/** What a browser's refusal means; `store` is what the browser calls the store: IndexedDB, say. */
export const storageFailure = (store: string, key: string, cause: unknown): StorageError => {
  const name = nameOf(cause)
  if (name === 'QuotaExceededError') {
    const message = `${store} has no room left for this site. Delete what is not needed, free space on the device, or bound the store (boundedStorage).`
    return new StorageError('storage/quota', message, { key, cause })
  }
  const why = name === undefined ? '' : ` (${name})`
  const message = `${store} cannot be used${why}. Allow this site to store data; private windows and blocked cookies forbid it in some browsers.`
  return new StorageError('storage/unavailable', message, { key, cause })
}

/** The name of an error, whichever realm it comes from. */
export const nameOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string'
    ? error.name
    : undefined
