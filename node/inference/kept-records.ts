import { lstat, readdir } from 'node:fs/promises'
import { isObject, type JsonObject, type JsonValue, parseJson, sha256 } from '../../src/data/index.ts'
import { modelFileName } from '../../src/inference/index.ts'
import { fileOf, keyOf } from '../storage/file-name.ts'
import { fileSystemStorage } from '../storage/file-system.ts'
import { type CachePlace, ifAbsent, notPlain } from './cache-place.ts'

/** A file that is whole. */
export interface WholeRecord {
  readonly key: string
  readonly tag: string
  readonly sha256: string
  readonly bytes: number
  /** Digits that stand for the folder it lies in. */
  readonly folder: string
  readonly name: string
  /** Of the file when it was hashed last, as `stateOf` tells it. */
  readonly state: string
  /** When it was used last, in milliseconds since 1970. */
  readonly used: number
}

/** A file on its way. */
export interface PartRecord {
  readonly key: string
  readonly tag: string
  /** Names the file with what came. */
  readonly id: string
  /** The process that writes it; empty when nobody does. */
  readonly owner: string
  readonly used: number
}

/** Whose turn it is to bring a file. */
export interface TurnRecord {
  readonly key: string
  /** The process that brings it. */
  readonly owner: string
}

/** What a cache knows of its files: a small file each, changed in one step. */
export interface KeptRecords<Record> {
  get(key: string): Promise<{ readonly record: Record; readonly version: string } | undefined>
  put(record: Record): Promise<void>
  /** Only where it is still this version, or there is none where that is undefined; false otherwise. */
  replace(record: Record, version: string | undefined): Promise<boolean>
  delete(key: string): Promise<void>
  all(): Promise<readonly Record[]>
}

const recordsOf = <Record extends { readonly key: string }>(
  place: CachePlace,
  folder: string,
  kind: string,
  read: (found: JsonValue) => Record | undefined,
): KeptRecords<Record> => {
  const storage = fileSystemStorage(`${folder}/records`)
  const nameOf = async (key: string): Promise<string> => `${kind}/${await sha256(key)}`

  /** Sees that a record is not behind a link, and neither is what the store writes beside it. */
  const plain = async (name: string, make = false): Promise<void> => {
    for (const beside of ['.tmp', '.locks']) await place.path(['records', beside, ''], make)
    const path = await place.path(['records', fileOf(name)])
    if (!(await lstat(path).then(facts => facts.isFile(), ifAbsent(true)))) throw notPlain(path)
  }

  const stored = async (name: string): Promise<{ record: Record; version: string } | undefined> => {
    await plain(name)
    const found = await storage.get(name)
    const record = found && read(parsed(found.value))
    return found && record && { record, version: found.version }
  }

  return {
    async get(key) {
      const found = await stored(await nameOf(key))
      return found?.record.key === key ? found : undefined
    },
    async put(record) {
      const name = await nameOf(record.key)
      await plain(name, true)
      await storage.put(name, written(record))
    },
    async replace(record, version) {
      const name = await nameOf(record.key)
      await plain(name, true)
      return storage.putIf?.(name, written(record), version) ?? false
    },
    async delete(key) {
      const name = await nameOf(key)
      await plain(name)
      if (await storage.get(name)) await storage.delete(name)
    },
    async all() {
      const found: Record[] = []
      const path = await place.path(['records', ''])
      for (const entry of await readdir(path, { withFileTypes: true }).catch(ifAbsent([]))) {
        const name = entry.isFile() ? keyOf([entry.name]) : undefined
        if (name === undefined || !name.startsWith(`${kind}/`)) continue
        const one = await stored(name)
        if (one) found.push(one.record)
        else await storage.delete(name)
      }
      return found
    },
  }
}

/** Of files that are whole. */
export const wholeRecords = (place: CachePlace, folder: string): KeptRecords<WholeRecord> =>
  recordsOf(place, folder, 'whole', found => {
    if (!hasTexts(found, ['key', 'tag', 'sha256', 'folder', 'name', 'state'])) return undefined
    const { bytes, used, folder: digits, name } = found
    if (!Number.isSafeInteger(bytes) || typeof used !== 'number' || !/^[0-9a-f]{32}$/.test(digits)) return undefined
    return staysInside(name) ? { ...found, bytes: Number(bytes), used } : undefined
  })

/** Of files on their way. */
export const partRecords = (place: CachePlace, folder: string): KeptRecords<PartRecord> =>
  recordsOf(place, folder, 'part', found => {
    if (!hasTexts(found, ['key', 'tag', 'id', 'owner'])) return undefined
    return typeof found.used === 'number' && /^[0-9a-f-]{36}$/.test(found.id)
      ? { ...found, used: found.used }
      : undefined
  })

/** Of files that somebody brings. */
export const turnRecords = (place: CachePlace, folder: string): KeptRecords<TurnRecord> =>
  recordsOf(place, folder, 'turn', found => (hasTexts(found, ['key', 'owner']) ? found : undefined))

const written = (record: object): Uint8Array => new TextEncoder().encode(JSON.stringify(record))

const parsed = (value: Uint8Array): JsonValue => {
  try {
    return parseJson(new TextDecoder().decode(value))
  } catch {
    return null // cut, or not ours
  }
}

const staysInside = (name: string): boolean => {
  try {
    return modelFileName('the cache', name) === name
  } catch {
    return false
  }
}

const hasTexts = <Name extends string>(
  found: JsonValue,
  names: readonly Name[],
): found is JsonObject & Readonly<Record<Name, string>> =>
  isObject(found) && names.every(name => typeof found[name] === 'string')
