import { StorageError } from '../errors/storage-error.ts'

/** Bytes of UTF-8 that a key may have. */
export const maxKeyBytes = 512

const encoder = /* @__PURE__ */ new TextEncoder()

/**
 * The key as UTF-8, if it can be one.
 *
 * @throws StorageError `storage/key` for a key that is empty, too long, or holds half a surrogate pair
 */
export const keyBytes = (key: string): Uint8Array<ArrayBuffer> => {
  if (key === '') throw refused('An empty key was given. Write a key of 1 to 512 bytes.', key)
  const bytes = encoder.encode(key)
  if (bytes.length > maxKeyBytes) {
    throw refused(`A key of ${bytes.length} bytes was given. Write one of at most ${maxKeyBytes}, or hash it.`, key)
  }
  // Every unpaired surrogate becomes the same replacement character: two keys would be one.
  if (/\p{Surrogate}/u.test(key))
    throw refused('A key with half a surrogate pair was given. Write whole characters.', key)
  return bytes
}

const refused = (message: string, key: string) => new StorageError('storage/key', message, { key: key.slice(0, 100) })
