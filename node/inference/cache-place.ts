import { lstat, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '../../src/storage/index.ts'
import { codeOf } from '../storage/lock-file.ts'

/** The folder of a cache. It may be reached by links; in it, nothing is looked for or written behind one. */
export interface CachePlace {
  /** The path of a file, by its names from the cache's folder down. With `make`, the folders are made. */
  path(names: readonly string[], make?: boolean): Promise<string>
  /** Runs work on the key's files; what the system says is told as a StorageError. */
  guarded<T>(key: string, work: () => Promise<T>): Promise<T>
}

/** @param given absolute; nothing is made before it is needed */
export const cachePlace = (given: string): CachePlace => {
  const path = async (names: readonly string[], make = false): Promise<string> => {
    if (make) await mkdir(given, { recursive: true })
    let below = await realpath(given).catch(error => {
      if (codeOf(error) === 'ENOENT') return given
      throw error
    })
    for (const name of names.slice(0, -1)) {
      below = join(below, name)
      if (make) await made(below)
      const isFolder = await lstat(below).then(facts => facts.isDirectory(), ifAbsent(true))
      if (!isFolder) throw notPlain(below)
    }
    return join(below, ...names.slice(-1))
  }

  return {
    path,
    async guarded(key, work) {
      try {
        return await work()
      } catch (error) {
        throw /^E[A-Z]/.test(String(codeOf(error))) ? failure(given, key, error) : error
      }
    },
  }
}

/** For what may have gone: the value where it has. */
export const ifAbsent =
  <T>(value: T) =>
  (error: unknown): T => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return value
    throw error
  }

/** What lies in a cache of files and is none of its files. */
export const notPlain = (path: string, what = 'is a link, or not what the cache put there'): StorageError =>
  new StorageError(
    'storage/unavailable',
    `${path} ${what}. Remove it: what is behind it is neither read nor written.`,
    {
      key: path,
      retryable: false,
    },
  )

const made = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

const failure = (folder: string, key: string, cause: unknown): StorageError => {
  const code = codeOf(cause)
  if (full.has(code)) {
    const message = `There is no room for a file of a model in ${folder} (${code}). Free some, or give the cache another folder.`
    return new StorageError('storage/quota', message, { key, cause })
  }
  const message = `The files of models in ${folder} cannot be used (${code}). Check who may read and write there, and that it holds no links.`
  return new StorageError('storage/unavailable', message, { key, cause })
}
