import { constants } from 'node:fs'
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises'
import type { FilePart } from '../../src/inference/index.ts'
import { nodeCrypto } from '../node-crypto.ts'
import { processOwner } from '../storage/lock-file.ts'
import { type CachePlace, ifAbsent, notPlain } from './cache-place.ts'
import { fileDigest } from './file-digest.ts'
import type { KeptRecords, PartRecord, WholeRecord } from './kept-records.ts'
import { openPlain, stateOf } from './open-plain.ts'
import { readWhole } from './read-whole.ts'

export interface PlainPartOptions {
  readonly key: string
  /** Where the file goes once it is whole: digits for its folder, and its name. */
  readonly target: Pick<WholeRecord, 'folder' | 'name'>
  /** What came before, which is this process's now. */
  readonly found: PartRecord | undefined
  readonly place: CachePlace
  readonly whole: KeptRecords<WholeRecord>
  readonly parts: KeptRecords<PartRecord>
  readonly now: () => number
  /** Makes room after a file became whole. */
  readonly committed: () => Promise<void>
}

/** What is waited for until it is written. */
const roomBytes = 2 ** 20

/**
 * A file on its way to the disk, in a file of its own until it is whole: then it gets its name in one step, and its record in
 * the next. A process that is killed between any two steps leaves what it had.
 */
export const plainPart = async (options: PlainPartOptions): Promise<FilePart> => {
  const { key, target, place, whole, parts, now, committed } = options
  let record = options.found
  let stored = 0
  let room: Uint8Array<ArrayBuffer> | undefined
  let waiting = 0

  const pathOf = (id: string, make = false): Promise<string> => place.path(['parts', id], make)

  const using = async <T>(access: number, work: (handle: FileHandle) => Promise<T>): Promise<T> => {
    const path = await pathOf(record?.id ?? '')
    const { handle } = await openPlain(path, what => notPlain(path, what), access)
    try {
      return await work(handle)
    } finally {
      await handle.close()
    }
  }

  const clear = (): void => {
    record = undefined
    stored = 0
    waiting = 0
  }

  const store = async (): Promise<void> => {
    if (record === undefined || waiting === 0 || room === undefined) return
    const bytes = room.subarray(0, waiting)
    await using(constants.O_WRONLY, async handle => {
      for (let written = 0; written < bytes.length; ) {
        written += (await handle.write(bytes, written, bytes.length - written, stored + written)).bytesWritten
      }
    })
    stored += waiting
    waiting = 0
  }

  const forget = async (old: PartRecord | undefined): Promise<void> => {
    if (old === undefined) return
    if ((await parts.get(key))?.record.id === old.id) await parts.delete(key)
    await rm(await pathOf(old.id), { force: true })
  }

  /** Gives what came its name; a second name first, so that a death in between loses nothing. */
  const named = async (from: string): Promise<void> => {
    const path = await place.path(['files', target.folder, ...target.name.split('/')], true)
    const draft = `${from}.named`
    try {
      await link(from, draft)
    } catch {
      return rename(from, path) // a file system without second names
    }
    await rename(draft, path)
    await rm(draft, { force: true }) // renaming does nothing where both are one file
  }

  if (record !== undefined) {
    const size = await using(constants.O_RDONLY, async handle => (await handle.stat()).size).catch(ifAbsent(undefined))
    if (size === undefined) clear()
    else stored = size
  }

  const part: FilePart = {
    get tag() {
      return record?.tag
    },
    get loaded() {
      return stored + waiting
    },
    begin: tag =>
      place.guarded(key, async () => {
        const old = record
        clear()
        const id = nodeCrypto().randomUUID()
        await (await open(await pathOf(id, true), 'wx')).close()
        record = { key, tag, id, owner: processOwner(), used: now() }
        await parts.put(record)
        if (old !== undefined) await rm(await pathOf(old.id), { force: true })
      }),
    append: chunk =>
      place.guarded(key, async () => {
        room ??= new Uint8Array(roomBytes)
        for (let at = 0; at < chunk.length; ) {
          const piece = chunk.subarray(at, at + roomBytes - waiting)
          room.set(piece, waiting)
          waiting += piece.length
          at += piece.length
          if (waiting === roomBytes) await store()
        }
      }),
    pause: () => place.guarded(key, store),
    bytes: () =>
      place.guarded(key, async () => {
        await store()
        if (record === undefined) return undefined
        return using(constants.O_RDONLY, handle => readWhole(handle, { told: () => {} })).catch(ifAbsent(undefined))
      }),
    digest: (algorithm, before = new Uint8Array(0)) =>
      place.guarded(key, async () => {
        await store()
        if (record === undefined) return undefined
        const digest = using(constants.O_RDONLY, handle => fileDigest(handle, { algorithm, before }))
        return digest.catch(ifAbsent(undefined))
      }),
    commit: sha256 =>
      place.guarded(key, async () => {
        if (record === undefined) return
        await store()
        const own = record
        // The disk has them before anything says so.
        const facts = await using(constants.O_RDWR, async handle => {
          await handle.datasync()
          return handle.stat({ bigint: true })
        })
        await named(await pathOf(own.id))
        const before = (await whole.get(key))?.record
        const { tag } = own
        await whole.put({
          ...{ key, tag, sha256, ...target, bytes: Number(facts.size) },
          ...{ state: stateOf(facts), used: now() },
        })
        await forget(own)
        if (before && (before.folder !== target.folder || before.name !== target.name)) {
          await rm(await place.path(['files', before.folder, ...before.name.split('/')]), { force: true })
        }
        clear()
        await committed()
      }),
    discard: () =>
      place.guarded(key, async () => {
        const old = record
        clear()
        await forget(old)
      }),
    async close() {
      const found = await parts.get(key).catch(() => undefined)
      if (found === undefined || found.record.id !== record?.id) return
      // Where it fails, whoever comes next copies what came.
      await parts.replace({ ...found.record, owner: '' }, found.version).catch(() => {})
    },
  }
  return part
}
