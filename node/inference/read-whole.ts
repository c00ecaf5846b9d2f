import type { FileHandle } from 'node:fs/promises'

/** Short enough that an abort is heard soon. */
const pieceBytes = 32 * 2 ** 20

export interface ReadWholeOptions {
  readonly signal?: AbortSignal | undefined
  readonly told: (loaded: number, total: number) => void
}

/** All bytes of an open file, into memory of its size. Throws when the file is cut, grows or is written to meanwhile. */
export const readWhole = async (
  handle: FileHandle,
  { signal, told }: ReadWholeOptions,
): Promise<Uint8Array<ArrayBuffer>> => {
  const before = await handle.stat({ bigint: true })
  const total = Number(before.size)
  const bytes = new Uint8Array(total)
  let loaded = 0
  while (loaded < total) {
    signal?.throwIfAborted()
    const { bytesRead } = await handle.read(bytes, loaded, Math.min(pieceBytes, total - loaded), loaded)
    if (bytesRead === 0) throw new Error(`it ends after ${loaded} of ${total} bytes`)
    loaded += bytesRead
    told(loaded, total)
  }
  const after = await handle.stat({ bigint: true })
  if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) throw new Error('it changed while it was read')
  if (total === 0) told(0, 0)
  return bytes
}
