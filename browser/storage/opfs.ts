import type { PutOptions, Storage, StorageOptions } from '../../src/storage/index.ts'
import { guarded as guardedIn } from './guarded.ts'
import { newVersion } from './new-version.ts'
import { fileParts, type Header, readHeader } from './opfs-file.ts'
import { keyOfName, nameOfKey } from './opfs-name.ts'
import { nameOf } from './storage-failure.ts'

export interface OpfsStorageOptions {
  /** Milliseconds since 1970, for the time to live; the system's when absent. */
  readonly now?: () => number
}

/**
 * A store in the Origin Private File System of a browser, one file a key, on pages and in workers. For large values:
 * `indexedDbStorage` is faster for many small ones. Tabs and workers of one origin share it by its name.
 *
 * 1. Writes are atomic: the browser writes beside the file and puts the new one in its place.
 * 2. Changes of one key wait for each other under a Web Lock, so compare-and-set holds between tabs and workers.
 * 3. A file that is not whole, or not one of ours, counts as absent. The file of what has expired stays
 *    until its key is written or deleted.
 * 4. Names are made of the key's bytes or their hash (`nameOfKey`): no key leaves the folder.
 * 5. Needs a page over HTTPS (or localhost), and `createWritable`: Chromium, Firefox, Safari from 26.
 *
 * @throws StorageError `storage/key`; `storage/quota` when the site has no room left, and the value before stays;
 *   `storage/unavailable` where the browser has or allows no such file system
 * @example
 * const embeddings = opfsStorage('embeddings')
 */
export const opfsStorage = (
  name: string,
  { now = Date.now }: OpfsStorageOptions = {},
): Storage & Required<Pick<Storage, 'putIf'>> => {
  const folderName = `kkachi-${encodeURIComponent(name)}`

  /** Asked for anew each time: the user may have cleared the data of the site. */
  const folder = async (): Promise<FileSystemDirectoryHandle> =>
    (await navigator.storage.getDirectory()).getDirectoryHandle(folderName, { create: true })

  const isLive = ({ expires = Number.POSITIVE_INFINITY }: Header): boolean => now() < expires

  const read = async (key: string) => {
    const handle = await found((await folder()).getFileHandle(await nameOfKey(key)))
    const file = handle && (await found(handle.getFile()))
    const head = file && (await readHeader(file))
    return head && isLive(head.header) && head.header.key === key ? { ...head, file } : undefined
  }

  const write = async (key: string, value: Uint8Array<ArrayBuffer>, options: PutOptions): Promise<void> => {
    const { ttlSeconds, signal } = options
    const expires = ttlSeconds === undefined ? {} : { expires: now() + ttlSeconds * 1000 }
    const handle = await (await folder()).getFileHandle(await nameOfKey(key), { create: true })
    const writable = await handle.createWritable()
    try {
      for (const part of fileParts({ key, version: newVersion(), bytes: value.length, ...expires }, value)) {
        await writable.write(part)
      }
      signal?.throwIfAborted()
    } catch (error) {
      await writable.abort().catch(() => {}) // the first error is the one to tell
      throw error
    }
    await writable.close()
  }

  const remove = async (key: string): Promise<void> => {
    await found((await folder()).removeEntry(await nameOfKey(key)))
  }

  /** Changes of one file one after the other, whoever makes them. */
  const changing = <T>(name: string, { signal }: StorageOptions, work: () => Promise<T>): Promise<T> =>
    navigator.locks.request(`${folderName}/${name}`, { ...(signal && { signal }) }, () => work())

  /** Reads without waiting for changes; where one took the file away meanwhile, reads again between changes. */
  const reading = <T>(name: string, options: StorageOptions, work: () => Promise<T>): Promise<T> =>
    work().catch(error => {
      if (!isTakenAway(error)) throw error
      return changing(name, options, work)
    })

  const guarded = <T>(key: string, options: StorageOptions, work: () => Promise<T>): Promise<T> =>
    guardedIn('The Origin Private File System', key, options, work)

  /** Every key there may be a value for. */
  const keysIn = async (inside: FileSystemDirectoryHandle, options: StorageOptions): Promise<string[]> => {
    const keys: string[] = []
    for await (const [name, handle] of inside.entries()) {
      const told = keyOfName(name)
      if (told === undefined || handle.kind !== 'file') continue
      const key = told ?? (await reading(name, options, () => hashedKey(handle)))
      if (key !== undefined) keys.push(key)
    }
    return keys
  }

  return {
    capabilities: { compareAndSet: true, consistency: 'strong' },
    get: (key, options = {}) =>
      guarded(key, options, async () => {
        const entry = await reading(await nameOfKey(key), options, async () => {
          const file = await read(key)
          if (!file) return undefined
          const value = new Uint8Array(await file.file.slice(file.start).arrayBuffer())
          return { value, version: file.header.version }
        })
        options.signal?.throwIfAborted()
        return entry
      }),
    put: (key, value, options = {}) =>
      guarded(key, options, async () => {
        const copy = value.slice() // the caller may go on writing into its own
        await changing(await nameOfKey(key), options, () => write(key, copy, options))
      }),
    putIf: (key, value, version, options = {}) =>
      guarded(key, options, async () => {
        const copy = value.slice()
        return changing(await nameOfKey(key), options, async () => {
          if ((await read(key))?.header.version !== version) return false
          await write(key, copy, options)
          return true
        })
      }),
    delete: (key, options = {}) =>
      guarded(key, options, async () => changing(await nameOfKey(key), options, () => remove(key))),
    async *list(prefix, options = {}) {
      const keys = await guarded(prefix, options, async () => keysIn(await folder(), options))
      for (const key of keys.filter(one => one.startsWith(prefix)).sort()) {
        const isThere = await guarded(key, options, async () =>
          reading(await nameOfKey(key), options, async () => (await read(key)) !== undefined),
        )
        if (isThere) yield key
      }
    },
  }
}

/** Whether the file that was looked at has been replaced or deleted since. */
const isTakenAway = (error: unknown): boolean => ['NotReadableError', 'NotFoundError'].includes(nameOf(error) ?? '')

const hashedKey = async (handle: FileSystemFileHandle): Promise<string | undefined> => {
  const file = await found(handle.getFile())
  return file && (await readHeader(file))?.header.key
}

/** What there is; undefined where it is not, or no more. */
const found = async <T>(looking: Promise<T>): Promise<T | undefined> => {
  try {
    return await looking
  } catch (error) {
    if (nameOf(error) === 'NotFoundError') return undefined
    throw error
  }
}
