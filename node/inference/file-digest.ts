import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

const pieceBytes = 2 ** 20

/** The SHA-256 of an open file from its beginning, in lower-case hexadecimal digits, read in pieces. */
export const fileDigest = async (handle: FileHandle): Promise<string> => {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
}
