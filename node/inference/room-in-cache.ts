import type { Dirent } from 'node:fs'
import { lstat, readdir, rm, rmdir } from 'node:fs/promises'
import { ownerIsGone } from '../storage/lock-file.ts'
import { type CachePlace, ifAbsent } from './cache-place.ts'
import type { KeptRecords, PartRecord, WholeRecord } from './kept-records.ts'
import type { PiecesBefore } from './pieces-before.ts'

export interface CacheRoomOptions {
  readonly place: CachePlace
  readonly whole: KeptRecords<WholeRecord>
  readonly parts: KeptRecords<PartRecord>
  readonly older: PiecesBefore
  readonly maxBytes: number
}

/** A file that nobody names and that is younger may be another process's, which is about to name it. */
const youngMs = 3_600_000

/** Drops what nobody names, what was kept in pieces, then what was used longest ago, until the rest is within the bound. */
export const makeRoomInCache = async ({ place, whole, parts, older, maxBytes }: CacheRoomOptions): Promise<void> => {
  const named = new Set<string>()
  const kept: { readonly used: number; readonly bytes: number; readonly drop: () => Promise<void> }[] = []
  let total = 0
  const keep = async (
    names: readonly string[],
    used: number,
    forget: () => Promise<void>,
    isHeld = false,
  ): Promise<void> => {
    const path = await place.path(names)
    const bytes = await lstat(path).then(({ size }) => size, ifAbsent(undefined))
    if (bytes === undefined && !isHeld) return forget()
    total += bytes ?? 0
    named.add(names.join('/'))
    const drop = async (): Promise<void> => {
      await forget()
      await rm(path, { force: true })
    }
    if (!isHeld) kept.push({ used, bytes: bytes ?? 0, drop })
  }
  for (const { key, folder, name, used } of await whole.all()) {
    await keep(['files', folder, ...name.split('/')], used, () => whole.delete(key))
  }
  for (const { key, id, owner, used } of await parts.all()) {
    await keep(['parts', id], used, () => parts.delete(key), !isFree(owner))
  }
  await sweep(place, ['files'], named)
  await sweep(place, ['parts'], named)
  if (maxBytes < Number.MAX_SAFE_INTEGER && total + (await older.bytes()) > maxBytes) await older.dropAll()
  for (const { bytes, drop } of kept.sort((a, b) => a.used - b.used)) {
    if (total <= maxBytes) return
    await drop()
    total -= bytes
  }
}

/** Whether nobody writes a part any more. */
export const isFree = (owner: string): boolean => owner === '' || ownerIsGone(owner, 0)

/** Removes what is old and unnamed, and folders that hold nothing. */
const sweep = async (place: CachePlace, names: readonly string[], named: ReadonlySet<string>): Promise<void> => {
  const entries = await readdir(await place.path([...names, '']), { withFileTypes: true }).catch(ifAbsent<Dirent[]>([]))
  for (const entry of entries) {
    const below = [...names, entry.name]
    const path = await place.path(below)
    if (entry.isDirectory()) await sweep(place, below, named)
    else if (named.has(below.join('/'))) continue
    const facts = await lstat(path).catch(ifAbsent(undefined))
    if (facts === undefined || Date.now() - Math.max(facts.ctimeMs, facts.mtimeMs) < youngMs) continue
    // What is not empty stays, and what another process removed meanwhile is gone.
    if (entry.isDirectory()) await rmdir(path).catch(() => {})
    else await rm(path, { force: true })
  }
}
