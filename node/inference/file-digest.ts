import type { FileHandle } from 'node:fs/promises'
import { nodeCrypto } from '../node-crypto.ts'

const pieceBytes = 2 ** 20

export interface FileDigestOptions {
  readonly algorithm?: 'SHA-1' | 'SHA-256'
  /** What is hashed before the file. */
  readonly before?: Uint8Array
}

/** The digest of an open file from its beginning, in lower-case hexadecimal digits, read in pieces; SHA-256 when none is named. */
export const fileDigest = async (
  handle: FileHandle,
  { algorithm = 'SHA-256', before = new Uint8Array(0) }: FileDigestOptions = {},
): Promise<string> => {
  const hash = nodeCrypto().createHash(algorithm).update(before)
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
}
