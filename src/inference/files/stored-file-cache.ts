import { sha256 } from '../../data/sha256.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { Storage } from '../../ports/storage.ts'
import type { FileCache } from './file-cache.ts'
import { bytesOf, idOfPiece, type KeptManifest, piecesOf, readManifest, writeManifest } from './kept-manifest.ts'
import { piecesRead, readByGet } from './pieces-read.ts'
import { storedPart } from './stored-part.ts'

export interface StoredFileCacheOptions {
  /** Where the pieces are; nobody else writes to it (`prefixedStorage` gives a part of a store). */
  readonly storage: Storage
  /** When more is kept, what was used longest ago goes; bytes, without bound when absent. */
  readonly maxBytes?: number
  /** Bytes of a piece at most; 8 MiB when absent. An interrupted process loses less than one. */
  readonly pieceBytes?: number
  /**
   * Reads the value of a key straight into memory of its length, where the store can do that: false where it is absent, or of
   * another length. By get() when absent, which copies once more.
   */
  readonly readInto?: (key: string, target: Uint8Array<ArrayBuffer>) => Promise<boolean>
  /** Milliseconds since 1970; the system's when absent. */
  readonly now?: () => number
}

/**
 * A cache of files in any store: each in pieces, with a manifest that is written last.
 *
 * 1. Processes may share the store: whoever commits last wins, and pieces nobody names any more are swept then.
 * 2. Bytes are not hashed again when they are read: the store promises to give what it was given, and every piece has to
 *    be there in its length.
 *
 * @throws ConfigurationError `configuration/invalid` for a bound that is not a whole number above 0; StorageError
 * @example
 * const cache = storedFileCache({ storage: memoryStorage(), maxBytes: 2 * 2 ** 30 })
 */
export const storedFileCache = ({
  storage,
  maxBytes = Number.MAX_SAFE_INTEGER,
  pieceBytes = 8 * 2 ** 20,
  readInto = readByGet(storage),
  now = Date.now,
}: StoredFileCacheOptions): FileCache => {
  for (const [option, bound] of Object.entries({ maxBytes, pieceBytes })) {
    if (Number.isSafeInteger(bound) && bound > 0) continue
    const message = `Expected ${option} to be a whole number above 0, got ${String(bound)}. Write { ${option}: 10_000_000 }.`
    throw new ConfigurationError('configuration/invalid', message, { option })
  }

  const whole = async (key: string): Promise<KeptManifest | undefined> => {
    const manifest = await readManifest(storage, await wholeKey(key))
    return manifest?.key === key ? manifest : undefined
  }

  const drop = async (manifestKey: string, manifest: KeptManifest): Promise<void> => {
    await storage.delete(manifestKey)
    for (const [piece] of piecesOf(manifest)) await storage.delete(piece)
  }

  /** Drops pieces that nobody names, then what was used longest ago, until the rest is within the bound. */
  const makeRoom = async (): Promise<void> => {
    // Others may be at work meanwhile. What they begin is not swept, for manifests are written before their pieces; nor what
    // becomes whole, for it is that before it ends to be a part.
    const pieces: string[] = []
    for await (const piece of storage.list('piece/')) pieces.push(piece)
    const byId = new Map<string, readonly [string, KeptManifest]>()
    for (const prefix of ['part/', 'whole/']) {
      for await (const key of storage.list(prefix)) {
        const manifest = await readManifest(storage, key)
        if (manifest === undefined) await storage.delete(key)
        else byId.set(manifest.id, [key, manifest])
      }
    }
    for (const piece of pieces) if (!byId.has(idOfPiece(piece))) await storage.delete(piece)
    const kept = [...byId.values()]
    let total = kept.reduce((sum, [, manifest]) => sum + bytesOf(manifest), 0)
    for (const [key, manifest] of kept.sort(([, a], [, b]) => a.used - b.used)) {
      if (total <= maxBytes) return
      await drop(key, manifest)
      total -= bytesOf(manifest)
    }
  }

  const remove = async (key: string): Promise<void> => {
    for (const name of [await wholeKey(key), await partKey(key)]) {
      const manifest = await readManifest(storage, name)
      if (manifest) await drop(name, manifest)
    }
  }

  return {
    async find(key) {
      const manifest = await whole(key)
      return manifest && { tag: manifest.tag, bytes: bytesOf(manifest), sha256: manifest.sha256 }
    },
    async read(key, { signal, maxBytes: bound = Number.MAX_SAFE_INTEGER, told } = {}) {
      const manifest = await whole(key)
      if (manifest === undefined || bytesOf(manifest) > bound) return undefined
      const bytes = await piecesRead(readInto, manifest, signal, told)
      if (bytes === undefined) await drop(await wholeKey(key), manifest)
      else await writeManifest(storage, await wholeKey(key), { ...manifest, used: now() })
      return bytes
    },
    async part(key) {
      const names = { part: await partKey(key), whole: await wholeKey(key) }
      return storedPart({ storage, readInto, key, names, pieceBytes, now, committed: makeRoom })
    },
    delete: remove,
  }
}

const wholeKey = async (key: string): Promise<string> => `whole/${await sha256(key)}`
const partKey = async (key: string): Promise<string> => `part/${await sha256(key)}`
