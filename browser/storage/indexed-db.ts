import { promisifyRequest } from 'idb-keyval'
import { keyBytes, type PutOptions, type Storage, type StorageOptions } from '../../src/storage/index.ts'
import { database, type Entry, expiresName } from './database.ts'
import { guarded as guardedIn } from './guarded.ts'
import { newVersion } from './new-version.ts'

export interface IndexedDbStorageOptions {
  /** Milliseconds since 1970, for the time to live; the system's when absent. */
  readonly now?: () => number
}

/** Keys read at a time while listing. */
const pageSize = 1000

/**
 * A store in a database of IndexedDB, on pages and in workers. Tabs and workers of one origin share it by its name.
 *
 * 1. Each call is one transaction; compare-and-set reads and writes in the same one, so it holds between tabs.
 * 2. What a call has written is there after a crash of the page; after one of the machine the last moments may be lost.
 * 3. Expired values are removed by the writes that come after.
 * 4. Browsers may clear the data of a site when the device is full; `navigator.storage.persist()` asks them not to.
 *
 * @throws StorageError `storage/key`; `storage/quota` when the site has no room left, and the value before stays;
 *   `storage/unavailable` where the browser forbids storing
 * @example
 * const model = cached(localModel('nano'), { storage: indexedDbStorage('answers') })
 */
export const indexedDbStorage = (
  name: string,
  { now = Date.now }: IndexedDbStorageOptions = {},
): Storage & Required<Pick<Storage, 'putIf'>> => {
  const open = database(`kkachi/${name}`)

  const isLive = (entry: Entry | undefined): entry is Entry =>
    entry !== undefined && now() < (entry.expires ?? Number.POSITIVE_INFINITY)

  /** Writes if the entry there is as expected, in one transaction. */
  const write = async (
    key: string,
    value: Uint8Array<ArrayBuffer>,
    { ttlSeconds, signal }: PutOptions,
    expected: (current: Entry | undefined) => boolean,
  ): Promise<boolean> => {
    const store = await open('readwrite')
    signal?.throwIfAborted()
    const time = now()
    const done = promisifyRequest(store.transaction)
    const entry: Entry = {
      value,
      version: newVersion(),
      ...(ttlSeconds !== undefined && { expires: time + ttlSeconds * 1000 }),
    }
    let written = false
    // Requests of one transaction run in order, and no other that writes runs in between.
    const current: IDBRequest<Entry | undefined> = store.get(key)
    current.onsuccess = () => {
      written = expected(isLive(current.result) ? current.result : undefined)
      if (written) store.put(entry, key)
      sweep(store, time)
    }
    await done
    return written
  }

  return {
    capabilities: { compareAndSet: true, consistency: 'strong' },
    get: (key, options = {}) =>
      guarded(key, options, async () => {
        keyBytes(key)
        const store = await open('readonly')
        const entry: Entry | undefined = await promisifyRequest(store.get(key))
        options.signal?.throwIfAborted()
        return isLive(entry) ? { value: entry.value, version: entry.version } : undefined
      }),
    put: (key, value, options = {}) =>
      guarded(key, options, async () => {
        keyBytes(key)
        await write(key, value.slice(), options, () => true) // the caller may go on writing into its own bytes
      }),
    putIf: (key, value, version, options = {}) =>
      guarded(key, options, async () => {
        keyBytes(key)
        return write(key, value.slice(), options, current => current?.version === version)
      }),
    delete: (key, options = {}) =>
      guarded(key, options, async () => {
        keyBytes(key)
        const store = await open('readwrite')
        options.signal?.throwIfAborted()
        store.delete(key)
        await promisifyRequest(store.transaction)
      }),
    async *list(prefix, options = {}) {
      let after: string | undefined
      do {
        const page = await guarded(prefix, options, async () => keysAfter(await open('readonly'), prefix, after, now()))
        yield* page.keys
        after = page.last
      } while (after !== undefined)
    },
  }
}

/** The next keys with a prefix, in the order of their code units, which is that of IndexedDB. */
const keysAfter = async (store: IDBObjectStore, prefix: string, after: string | undefined, time: number) => {
  const range = after === undefined ? IDBKeyRange.lowerBound(prefix) : IDBKeyRange.lowerBound(after, true)
  const [found, ended] = await Promise.all([
    promisifyRequest(store.getAllKeys(range, pageSize)),
    promisifyRequest(store.index(expiresName).getAllKeys(IDBKeyRange.upperBound(time))),
  ])
  const over = new Set(ended)
  const keys = found.filter((key): key is string => typeof key === 'string' && key.startsWith(prefix))
  const goesOn = keys.length === pageSize
  return { keys: keys.filter(key => !over.has(key)), last: goesOn ? keys.at(-1) : undefined }
}

/** Removes what has expired, a little at each write. */
const sweep = (store: IDBObjectStore, time: number): void => {
  const ended = store.index(expiresName).getAllKeys(IDBKeyRange.upperBound(time), 16)
  ended.onsuccess = () => {
    for (const key of ended.result) store.delete(key)
  }
}

const guarded = <T>(key: string, options: StorageOptions, work: () => Promise<T>): Promise<T> =>
  guardedIn('IndexedDB', key, options, work)
