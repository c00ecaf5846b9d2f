import { join } from 'node:path'
import { keyBytes } from '../../src/storage/index.ts'

/** Characters of a key in one name: with what is around them it fits the 255 bytes every file system allows. */
const segmentLength = 200
const fileEnd = '.kv'
const folderEnd = '.d'

/**
 * The path, below the store's directory, of a key's file.
 *
 * The key's UTF-8 with everything but lower-case letters, digits and hyphens as `%xx`: no dot, no separator, no upper
 * case, so nothing leaves the directory and no two keys meet where case or Unicode forms do not count. The `_` in front
 * keeps names like `con` from being devices. What is too long for a name goes into folders.
 *
 * @throws StorageError `storage/key`
 */
export const fileOf = (key: string): string => {
  const encoded = Array.from(keyBytes(key), encodedByte)
  const segments: string[] = []
  let segment = '_'
  for (const part of encoded) {
    if (segment.length + part.length > segmentLength) {
      segments.push(`${segment}${folderEnd}`)
      segment = '_'
    }
    segment += part
  }
  return join(...segments, `${segment}${fileEnd}`)
}

/** The key of a path that `fileOf` made, as its names from the store's directory down; undefined for other files. */
export const keyOf = (names: readonly string[]): string | undefined => {
  const last = names.length - 1
  const encoded = names.map((name, index) => contentOf(name, index === last ? fileEnd : folderEnd))
  if (encoded.includes(undefined)) return undefined
  try {
    const key = decodeURIComponent(encoded.join(''))
    return fileOf(key) === join(...names) ? key : undefined
  } catch {
    return undefined // not UTF-8, or no key: not ours
  }
}

/** Whether a folder is one of ours. */
export const isFolder = (name: string): boolean => contentOf(name, folderEnd) !== undefined

const contentOf = (name: string, end: string): string | undefined =>
  name.startsWith('_') && name.endsWith(end) ? name.slice(1, -end.length) : undefined

const encodedByte = (byte: number): string => {
  const plain = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d
  return plain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`
}
