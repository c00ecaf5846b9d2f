import { constants } from 'node:fs'
import { copyFile, link, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { sha256 } from '../../src/data/index.ts'
import { ConfigurationError } from '../../src/index.ts'
import { type FileCache, type FilePlace, modelFileName } from '../../src/inference/index.ts'
import { nodeCrypto } from '../node-crypto.ts'
import { codeOf, processOwner } from '../storage/lock-file.ts'
import { bringingTurns } from './bringing-turns.ts'
import { cachePlace, ifAbsent, notPlain } from './cache-place.ts'
import { fileDigest } from './file-digest.ts'
import { type PartRecord, partRecords, turnRecords, type WholeRecord, wholeRecords } from './kept-records.ts'
import { type OpenFile, openPlain, stateOf } from './open-plain.ts'
import { piecesBefore } from './pieces-before.ts'
import { plainPart } from './plain-part.ts'
import { readWhole } from './read-whole.ts'
import { isFree, makeRoomInCache } from './room-in-cache.ts'

export interface FolderFileCacheOptions {
  /** When more is kept, what was used longest ago goes; bytes, without bound when absent. */
  readonly maxBytes?: number
  /** Milliseconds since 1970, for what was used when; the system's when absent. */
  readonly now?: () => number
}

/**
 * Keeps downloaded model files as plain files in a folder, which processes may share, so that a runtime can read weights from
 * the disk by itself.
 *
 * 1. A process that is killed at any moment leaves the file before, and what it had of the next one to go on with. Of those
 *    that want the same file at once one brings it, and the others wait as long as it lives; those that do not wait write
 *    apart, each with what was there when it began.
 * 2. A file counts as whole when its record says so. It is hashed again whenever its size, its time or its inode is not what
 *    it was when it was hashed last; where it is another then, it counts as absent.
 * 3. Nothing is read or written behind a link in the folder.
 * 4. What an older version kept in pieces becomes a plain file when it is asked for.
 *
 * @throws ConfigurationError `configuration/invalid` for a bound that is not a whole number above 0; StorageError
 *   `storage/quota` where the disk is full, `storage/unavailable` for links and whatever else stands in the way
 * @example
 * const files = hubFiles('onnx-community/Qwen3-0.6B-ONNX', { cache: folderFileCache('.kkachi/models') })
 */
export const folderFileCache = (
  folder: string,
  { maxBytes = Number.MAX_SAFE_INTEGER, now = Date.now }: FolderFileCacheOptions = {},
): FileCache => {
  if (!Number.isSafeInteger(maxBytes) || maxBytes <= 0) {
    const message = `Expected maxBytes to be a whole number above 0, got ${String(maxBytes)}. Write { maxBytes: 10_000_000_000 }.`
    throw new ConfigurationError('configuration/invalid', message, { option: 'maxBytes' })
  }
  const root = resolve(folder)
  const place = cachePlace(root)
  const whole = wholeRecords(place, root)
  const parts = partRecords(place, root)
  const older = piecesBefore(place, root)
  const turns = bringingTurns(turnRecords(place, root))

  const pathOf = ({ folder: digits, name }: Pick<WholeRecord, 'folder' | 'name'>, make = false): Promise<string> =>
    place.path(['files', digits, ...name.split('/')], make)

  /** Opens a whole file that is what its record says. */
  const opened = async (key: string): Promise<(OpenFile & { readonly record: WholeRecord }) | undefined> => {
    const record = (await whole.get(key))?.record ?? (await takenOver(key))
    if (record === undefined) return undefined
    const path = await pathOf(record)
    const file = await openPlain(path, what => notPlain(path, what)).catch(ifAbsent(undefined))
    if (file === undefined) return undefined
    try {
      const state = stateOf(file.facts)
      if (state === record.state) return { ...file, record }
      const mayBeIt = file.facts.size === BigInt(record.bytes) && file.facts.nlink === 1n
      if (mayBeIt && (await fileDigest(file.handle)) === record.sha256) {
        const seen = { ...record, state }
        await whole.put(seen)
        return { ...file, record: seen }
      }
    } catch (error) {
      await file.handle.close()
      throw error
    }
    await file.handle.close()
    return undefined
  }

  const using = async <T>(
    key: string,
    work: (file: OpenFile & { readonly record: WholeRecord }) => Promise<T>,
  ): Promise<T | undefined> => {
    const file = await opened(key)
    if (file === undefined) return undefined
    try {
      return await work(file)
    } finally {
      await file.handle.close()
    }
  }

  const newPart = async (key: string, at: FilePlace | undefined, found: PartRecord | undefined) =>
    plainPart({
      ...{ key, target: await targetOf(key, at), found, place, whole, parts, now },
      committed: () => makeRoomInCache({ place, whole, parts, older, maxBytes }),
    })

  /** A file that was kept in pieces, seen to be whole, as a plain one. */
  const takenOver = async (key: string): Promise<WholeRecord | undefined> => {
    const pieces = await older.of(key)
    const kept = await pieces?.find(key)
    const bytes = kept && (await pieces?.read(key))
    if (kept && bytes) {
      const part = await newPart(key, undefined, undefined)
      await part.begin(kept.tag)
      await part.append(bytes)
      if ((await part.digest?.('SHA-256')) === kept.sha256) await part.commit(kept.sha256)
      else await part.discard()
    }
    await older.drop(key)
    return (await whole.get(key))?.record
  }

  /** What came before, for this process alone: where nobody writes it, or a copy of what another has so far. */
  const claimed = async (key: string): Promise<PartRecord | undefined> => {
    const found = await parts.get(key)
    if (found === undefined) return undefined
    const own = { ...found.record, owner: processOwner(), used: now() }
    if (isFree(found.record.owner) && (await parts.replace(own, found.version))) return own
    const copy = { ...own, id: nodeCrypto().randomUUID() }
    const [from, to] = [await place.path(['parts', own.id]), await place.path(['parts', copy.id], true)]
    const { handle } = await openPlain(from, what => notPlain(from, what))
    await handle.close()
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    await parts.put(copy)
    return copy
  }

  /** Moves a whole file to where it is wanted; where the file system cannot, it stays. */
  const moved = async (record: WholeRecord, wanted: Pick<WholeRecord, 'folder' | 'name'>): Promise<WholeRecord> => {
    if (record.folder === wanted.folder && record.name === wanted.name) return record
    const draft = await place.path(['parts', `${nodeCrypto().randomUUID()}.named`], true)
    try {
      // Whoever was told the old name may still open it: it goes when room is made.
      await link(await pathOf(record), draft)
    } catch {
      return record
    }
    await rename(draft, await pathOf(wanted, true))
    await rm(draft, { force: true })
    return { ...record, ...wanted }
  }

  return {
    maxBytes,
    find: key =>
      place.guarded(key, () =>
        using(key, async ({ record: { tag, bytes, sha256: digest } }) => ({ tag, bytes, sha256: digest })),
      ),
    read: (key, { signal, maxBytes: bound = Number.MAX_SAFE_INTEGER, told = () => {} } = {}) =>
      place.guarded(key, async () => {
        signal?.throwIfAborted()
        return using(key, async ({ handle, record }) => {
          if (record.bytes > bound) return undefined
          const bytes = await readWhole(handle, { signal, told }).catch(async error => {
            signal?.throwIfAborted()
            throw codeOf(error) === undefined ? notPlain(await pathOf(record), `was lost: ${error.message}`) : error
          })
          await whole.put({ ...record, used: now() })
          return bytes
        })
      }),
    part: (key, at) =>
      place.guarded(key, async () => {
        if ((await whole.get(key)) === undefined) await takenOver(key)
        return newPart(key, at, await claimed(key).catch(ifAbsent(undefined)))
      }),
    locate: (key, at) =>
      place.guarded(key, async () => {
        const found = await using(key, async ({ record }) => record)
        if (found === undefined) return undefined
        const record = await moved({ ...found, used: now() }, await targetOf(key, at))
        await whole.put(record)
        return { path: await pathOf(record), bytes: record.bytes }
      }),
    turn: (key, signal) => place.guarded(key, () => turns(key, signal)),
    delete: key =>
      place.guarded(key, async () => {
        const [file, part] = [(await whole.get(key))?.record, (await parts.get(key))?.record]
        await whole.delete(key)
        await parts.delete(key)
        if (file) await rm(await pathOf(file), { force: true })
        if (part) await rm(await place.path(['parts', part.id]), { force: true })
        await older.drop(key)
      }),
  }
}

/** Digits for a folder and a name that stays in it. */
const targetOf = async (key: string, at: FilePlace | undefined): Promise<Pick<WholeRecord, 'folder' | 'name'>> => {
  const digits = (await sha256(at === undefined ? `key ${key}` : `folder ${at.folder}`)).slice(0, 32)
  return { folder: digits, name: at === undefined ? 'file' : modelFileName('the cache', at.name) }
}
