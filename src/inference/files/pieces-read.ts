import type { Storage } from '../../ports/storage.ts'
import { bytesOf, type KeptManifest, piecesOf } from './kept-manifest.ts'

/** The bytes that a manifest names; undefined when a piece is gone or of another length. */
export const piecesRead = async (
  storage: Storage,
  manifest: Pick<KeptManifest, 'id' | 'pieces'>,
  signal?: AbortSignal,
  told?: (loaded: number, total: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const bytes = new Uint8Array(bytesOf(manifest))
  let at = 0
  for (const [key, length] of piecesOf(manifest)) {
    signal?.throwIfAborted()
    const piece = await storage.get(key)
    if (piece?.value.length !== length) return undefined
    bytes.set(piece.value, at)
    at += length
    told?.(at, bytes.length)
  }
  return bytes
}
