import type { Storage } from '../../ports/storage.ts'
import type { FilePart } from './file-cache.ts'
import { type KeptManifest, pieceKey, piecesOf, readManifest, writeManifest } from './kept-manifest.ts'
import { joined } from './memory-part.ts'
import { piecesRead, type ReadInto } from './pieces-read.ts'

export interface StoredPartOptions {
  readonly storage: Storage
  readonly readInto: ReadInto
  /** Of the file, as its cache knows it. */
  readonly key: string
  /** Of the manifests, in the store. */
  readonly names: { readonly part: string; readonly whole: string }
  readonly pieceBytes: number
  readonly now: () => number
  /** Makes room after a file became whole. */
  readonly committed: () => Promise<void>
}

/** A part of a file in a store, as far as it came before. */
export const storedPart = async ({
  storage,
  readInto,
  key,
  names,
  pieceBytes,
  now,
  committed,
}: StoredPartOptions): Promise<FilePart> => {
  const found = await readManifest(storage, names.part)
  let manifest = found?.key === key ? found : undefined
  let stored = manifest?.pieces.reduce((sum, bytes) => sum + bytes, 0) ?? 0
  /** What came since the last piece was stored. */
  let chunks: Uint8Array<ArrayBuffer>[] = []
  let waiting = 0

  const forget = async (old: KeptManifest | undefined): Promise<void> => {
    for (const [piece] of old ? piecesOf(old) : []) await storage.delete(piece)
  }

  const store = async (): Promise<void> => {
    if (manifest === undefined || waiting === 0) return
    const length = waiting
    const piece = joined(chunks, length)
    waiting = 0
    await storage.put(pieceKey(manifest.id, stored), piece)
    manifest = { ...manifest, pieces: [...manifest.pieces, length], used: now() }
    stored += length
    await writeManifest(storage, names.part, manifest)
  }

  const clear = (): void => {
    manifest = undefined
    stored = 0
    chunks = []
    waiting = 0
  }

  return {
    get tag() {
      return manifest?.tag
    },
    get loaded() {
      return stored + waiting
    },
    async begin(tag) {
      const old = manifest
      clear()
      manifest = { key, tag, id: crypto.randomUUID(), pieces: [], sha256: '', used: now() }
      await writeManifest(storage, names.part, manifest)
      await forget(old)
    },
    async append(chunk) {
      chunks.push(chunk)
      waiting += chunk.length
      if (waiting >= pieceBytes) await store()
    },
    pause: store,
    async bytes() {
      await store()
      return manifest && piecesRead(readInto, manifest)
    },
    async commit(sha256) {
      if (manifest === undefined) return
      await store()
      const before = await readManifest(storage, names.whole)
      await writeManifest(storage, names.whole, { ...manifest, sha256, used: now() })
      await storage.delete(names.part)
      if (before?.id !== manifest.id) await forget(before)
      clear()
      await committed()
    },
    async discard() {
      const old = manifest
      clear()
      await storage.delete(names.part)
      await forget(old)
    },
  }
}
