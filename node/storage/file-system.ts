import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type PutOptions, type Storage, StorageError, type StorageOptions } from '../../src/storage/index.ts'
import { nodeCrypto } from '../node-crypto.ts'
import { fileOf, isFolder, keyOf } from './file-name.ts'
import { codeOf, withLockFile } from './lock-file.ts'
import { headerLength, packValue, unpackHeader, unpackValue, type ValueFile } from './value-file.ts'

export interface FileSystemStorageOptions {
  /** Waits until the disk has the bytes: survives a power failure too, and is slower. Without it, the death of the process. */
  readonly flush?: boolean
  /** Milliseconds since 1970, for the time to live; the system's when absent. */
  readonly now?: () => number
}

/** A temporary file or lock that is older was left by a process that was killed. */
const leftoverMs = 3_600_000

/**
 * A store in a directory of the file system, one file a key; processes may share it.
 *
 * Writes go to a temporary file that is renamed, under a lock file a key, so that compare-and-set holds between processes
 * on one machine. What killed processes leave behind is ignored and cleaned up. A file that is not one of ours, or was cut
 * when the machine lost its power, counts as absent. Names of files are made of the key's bytes, never of its characters:
 * no key leaves the directory (see `fileOf`).
 *
 * @throws StorageError `storage/unavailable`, `storage/quota`, `storage/key`, by rejecting
 * @example
 * const journal = cached(model, { storage: fileSystemStorage('.kkachi/journal') })
 */
export const fileSystemStorage = (
  directory: string,
  { flush = false, now = Date.now }: FileSystemStorageOptions = {},
): Storage => {
  const temporary = join(directory, '.tmp')
  const locks = join(directory, '.locks')
  const queues = new Map<string, Promise<unknown>>()
  let ready: Promise<unknown> | undefined

  const prepare = (): Promise<unknown> => {
    ready ??= Promise.all([mkdir(temporary, { recursive: true }), mkdir(locks, { recursive: true })])
      .then(() => Promise.all([sweep(temporary, 'mtimeMs'), sweep(locks, 'ctimeMs')]))
      .catch(error => {
        ready = undefined
        throw error
      })
    return ready
  }

  const read = async (key: string): Promise<ValueFile | undefined> => {
    try {
      const file = unpackValue(await readFile(join(directory, fileOf(key))))
      return file && now() < (file.expires ?? Number.POSITIVE_INFINITY) ? file : undefined
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** Whether there is a value, without reading it. */
  const isLive = async (key: string): Promise<boolean> => {
    try {
      const file = await open(join(directory, fileOf(key)), 'r')
      try {
        const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(headerLength), position: 0 })
        const header = unpackHeader(buffer.subarray(0, bytesRead), (await file.stat()).size)
        return header !== undefined && now() < (header.expires ?? Number.POSITIVE_INFINITY)
      } finally {
        await file.close()
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false
      throw error
    }
  }

  const write = async (key: string, value: Uint8Array, { ttlSeconds, signal }: PutOptions): Promise<void> => {
    const path = join(directory, fileOf(key))
    const draft = join(temporary, nodeCrypto().randomUUID())
    const expires = ttlSeconds === undefined ? {} : { expires: now() + ttlSeconds * 1000 }
    try {
      const file = await open(draft, 'wx')
      try {
        await file.writeFile(packValue({ value, version: nodeCrypto().randomUUID(), ...expires }))
        if (flush) await file.sync()
      } finally {
        await file.close()
      }
      signal?.throwIfAborted()
      if (dirname(path) !== directory) await mkdir(dirname(path), { recursive: true })
      await rename(draft, path)
      if (flush) await syncFolder(dirname(path))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }

  /** Changes of one key one after the other: within this process by waiting in line, between processes by the lock. */
  const changing = async <T>(key: string, options: StorageOptions, work: () => Promise<T>): Promise<T> => {
    const lock = join(locks, nodeCrypto().createHash('sha256').update(key).digest('hex'))
    const turn = (queues.get(key) ?? Promise.resolve())
      .catch(() => {}) // told to whoever came before
      .then(() => withLockFile(lock, options.signal, work))
    queues.set(key, turn)
    try {
      return await turn
    } finally {
      if (queues.get(key) === turn) queues.delete(key)
    }
  }

  const guarded = async <T>(key: string, options: StorageOptions, work: () => Promise<T>): Promise<T> => {
    options.signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason
      throw error instanceof StorageError ? error : storageError(key, error)
    }
  }

  return {
    capabilities: { compareAndSet: true, consistency: 'strong' },
    get: (key, options = {}) =>
      guarded(key, options, async () => {
        const file = await read(key)
        return file && { value: file.value, version: file.version }
      }),
    put: (key, value, options = {}) =>
      guarded(key, options, async () => {
        fileOf(key)
        const copy = value.slice() // the caller may go on writing into its own
        await prepare()
        await changing(key, options, () => write(key, copy, options))
      }),
    putIf: (key, value, version, options = {}) =>
      guarded(key, options, async () => {
        fileOf(key)
        const copy = value.slice()
        await prepare()
        return changing(key, options, async () => {
          if ((await read(key))?.version !== version) return false
          await write(key, copy, options)
          return true
        })
      }),
    delete: (key, options = {}) =>
      guarded(key, options, async () => {
        const path = join(directory, fileOf(key))
        await prepare()
        await changing(key, options, () => rm(path, { force: true }))
      }),
    async *list(prefix, options = {}) {
      const keys = await guarded(prefix, options, () => keysBelow(directory, []))
      for (const key of keys.filter(one => one.startsWith(prefix)).sort()) {
        if (await guarded(key, options, () => isLive(key))) yield key
      }
    },
  }
}

/** The keys of the files in a folder and the folders in it. */
const keysBelow = async (folder: string, names: readonly string[]): Promise<string[]> => {
  const keys: string[] = []
  for (const entry of await entriesOf(folder)) {
    const path = [...names, entry.name]
    if (entry.isDirectory()) {
      if (isFolder(entry.name)) keys.push(...(await keysBelow(join(folder, entry.name), path)))
    } else {
      const key = keyOf(path)
      if (key !== undefined) keys.push(key)
    }
  }
  return keys
}

const entriesOf = async (folder: string) => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Removes what killed processes left; another process may be doing the same. */
const sweep = async (folder: string, time: 'mtimeMs' | 'ctimeMs'): Promise<void> => {
  for (const { name } of await entriesOf(folder)) {
    const path = join(folder, name)
    const age = await stat(path).then(
      stats => Date.now() - stats[time],
      () => 0, // gone already
    )
    if (age > leftoverMs) await rm(path, { force: true })
  }
}

/** Makes a rename last; not every platform can open a folder for that, and where it cannot there is nothing to do. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

const storageError = (key: string, cause: unknown): StorageError => {
  const code = codeOf(cause)
  if (full.has(code)) {
    return new StorageError('storage/quota', `The directory of the store has no room (${code}). Free some.`, {
      key,
      cause,
    })
  }
  const what = `The directory of the store cannot be used${typeof code === 'string' ? ` (${code})` : ''}`
  return new StorageError('storage/unavailable', `${what}. Check that it exists and may be written.`, { key, cause })
}
