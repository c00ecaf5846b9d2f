import { parseJson } from '../../data/safe-json.ts'
import type { Storage } from '../../ports/storage.ts'

/** What a cache of files knows of one, whole or in part. */
export interface KeptManifest {
  readonly key: string
  readonly tag: string
  /** Names its pieces, which are kept under it and the place of their first byte. */
  readonly id: string
  /** Bytes of each piece, in order. */
  readonly pieces: readonly number[]
  /** Of the whole; empty while it is a part. */
  readonly sha256: string
  /** When it was used last, in milliseconds since 1970. */
  readonly used: number
}

/** Pieces by their keys in the store, with the bytes of each. */
export const piecesOf = ({
  id,
  pieces,
}: Pick<KeptManifest, 'id' | 'pieces'>): readonly (readonly [string, number])[] => {
  let at = 0
  return pieces.map(bytes => {
    const key = pieceKey(id, at)
    at += bytes
    return [key, bytes] as const
  })
}

export const pieceKey = (id: string, at: number): string => `piece/${id}/${at}`

/** The id in the key of a piece. */
export const idOfPiece = (key: string): string => key.split('/')[1] ?? ''

export const bytesOf = ({ pieces }: Pick<KeptManifest, 'pieces'>): number =>
  pieces.reduce((sum, bytes) => sum + bytes, 0)

/** The manifest under a key of the store; undefined where there is none that can be read. */
export const readManifest = async (storage: Storage, key: string): Promise<KeptManifest | undefined> => {
  const stored = await storage.get(key)
  if (stored === undefined) return undefined
  try {
    const found: unknown = parseJson(new TextDecoder().decode(Uint8Array.from(stored.value)))
    return isManifest(found) ? found : undefined
  } catch {
    return undefined // cut, or not ours
  }
}

export const writeManifest = (storage: Storage, key: string, manifest: KeptManifest): Promise<void> =>
  storage.put(key, new TextEncoder().encode(JSON.stringify(manifest)))

const isManifest = (found: unknown): found is KeptManifest =>
  typeof found === 'object' &&
  found !== null &&
  'key' in found &&
  typeof found.key === 'string' &&
  'tag' in found &&
  typeof found.tag === 'string' &&
  'id' in found &&
  typeof found.id === 'string' &&
  'pieces' in found &&
  Array.isArray(found.pieces) &&
  found.pieces.every(bytes => Number.isSafeInteger(bytes) && bytes > 0) &&
  'sha256' in found &&
  typeof found.sha256 === 'string' &&
  'used' in found &&
  typeof found.used === 'number'
