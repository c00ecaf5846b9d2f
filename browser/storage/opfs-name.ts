import { sha256 } from '../../src/data/index.ts'
import { keyBytes } from '../../src/storage/index.ts'

/** File systems allow 255 bytes; the browser writes beside a file under its name and a few more. */
const longestEncoded = 200
const encodedEnd = '.kv'
const hashedEnd = '.hash'

/**
 * The name of a key's file: the key's UTF-8 with everything but lower-case letters, digits and hyphens as `%xx`, so that
 * no name is a path and none depends on case or Unicode forms. What is too long for a name has its SHA-256 instead.
 *
 * @throws StorageError `storage/key`
 */
export const nameOfKey = async (key: string): Promise<string> => {
  const encoded = Array.from(keyBytes(key), encodedByte).join('')
  return encoded.length > longestEncoded ? `${await sha256(key)}${hashedEnd}` : `_${encoded}${encodedEnd}`
}

/** The key that a name tells; null for a hash, which tells none, and undefined for files that are not ours. */
export const keyOfName = (name: string): string | null | undefined => {
  if (/^[0-9a-f]{64}\.hash$/.test(name)) return null
  if (!name.startsWith('_') || !name.endsWith(encodedEnd)) return undefined
  try {
    return decodeURIComponent(name.slice(1, -encodedEnd.length))
  } catch {
    return undefined // not UTF-8: not ours
  }
}

const encodedByte = (byte: number): string => {
  const plain = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d
  return plain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`
}
