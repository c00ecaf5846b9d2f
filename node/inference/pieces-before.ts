import { constants } from 'node:fs'
import { lstat, open, readdir, rm } from 'node:fs/promises'
import { sha256 } from '../../src/data/index.ts'
import { type FileCache, storedFileCache } from '../../src/inference/index.ts'
import { fileOf, keyOf } from '../storage/file-name.ts'
import { fileSystemStorage } from '../storage/file-system.ts'
import { headerLength, unpackHeader } from '../storage/value-file.ts'
import { type CachePlace, ifAbsent } from './cache-place.ts'

/** What a cache of this folder kept in pieces, before it kept plain files. */
export interface PiecesBefore {
  /** A file that was whole, in a cache that only it is read from; undefined where there is none. */
  of(key: string): Promise<FileCache | undefined>
  /** Forgets what there is of a file. */
  drop(key: string): Promise<void>
  /** Bytes of all pieces. */
  bytes(): Promise<number>
  dropAll(): Promise<void>
}

/** Finds them in the folder itself, where the cache has folders only. */
export const piecesBefore = (place: CachePlace, folder: string): PiecesBefore => {
  const older = storedFileCache({
    storage: fileSystemStorage(folder),
    readInto: async (key, target) => readValueInto(await place.path([fileOf(key)]), target),
  })

  const has = async (kind: string, key: string): Promise<boolean> => {
    const path = await place.path([fileOf(`${kind}/${await sha256(key)}`)])
    return lstat(path).then(facts => facts.isFile(), ifAbsent(false))
  }

  const names = async (): Promise<readonly string[]> => {
    const entries = await readdir(await place.path(['']), { withFileTypes: true }).catch(ifAbsent([]))
    return entries.filter(entry => entry.isFile() && keyOf([entry.name]) !== undefined).map(({ name }) => name)
  }

  return {
    of: async key => ((await has('whole', key)) ? older : undefined),
    async drop(key) {
      if ((await has('whole', key)) || (await has('part', key))) await older.delete(key)
    },
    async bytes() {
      let total = 0
      for (const name of await names()) {
        total += await lstat(await place.path([name])).then(({ size }) => size, ifAbsent(0))
      }
      return total
    },
    async dropAll() {
      for (const name of await names()) await rm(await place.path([name]), { force: true })
    },
  }
}

/** Half a gigabyte in memory of its own for each piece, and copied, takes several times as long. */
const readValueInto = async (file: string, target: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(ifAbsent(undefined))
  if (handle === undefined) return false
  try {
    const beginning = new Uint8Array(headerLength)
    await handle.read(beginning, 0, headerLength, 0)
    const header = unpackHeader(beginning, (await handle.stat()).size)
    if (header === undefined || header.expires !== undefined) return false
    let read = 0
    while (read < target.length) {
      const { bytesRead } = await handle.read(target, read, target.length - read, header.start + read)
      if (bytesRead === 0) return false
      read += bytesRead
    }
    // Nothing may follow: the piece would be another.
    return (await handle.read(beginning, 0, 1, header.start + read)).bytesRead === 0
  } finally {
    await handle.close()
  }
}
