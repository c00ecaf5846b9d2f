import type { Storage } from '../../ports/storage.ts'
import { bytesOf, type KeptManifest, piecesOf } from './kept-manifest.ts'

/** Reads the value of a key into memory of its length; false where it is absent, or of another length. */
export type ReadInto = (key: string, target: Uint8Array<ArrayBuffer>) => Promise<boolean>

/** By the store's own get(). */
export const readByGet =
  (storage: Storage): ReadInto =>
  async (key, target) => {
    const piece = await storage.get(key)
    if (piece?.value.length !== target.length) return false
    target.set(piece.value)
    return true
  }

/** The bytes that a manifest names; undefined when a piece is gone or of another length. */
export const piecesRead = async (
  readInto: ReadInto,
  manifest: Pick<KeptManifest, 'id' | 'pieces'>,
  signal?: AbortSignal,
  told?: (loaded: number, total: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const bytes = new Uint8Array(bytesOf(manifest))
  let at = 0
  for (const [key, length] of piecesOf(manifest)) {
    signal?.throwIfAborted()
    if (!(await readInto(key, bytes.subarray(at, at + length)))) return undefined
    at += length
    told?.(at, bytes.length)
  }
  return bytes
}
