import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type FileCache, storedFileCache } from '../../src/inference/index.ts'
import { StorageError } from '../../src/storage/index.ts'
import { fileOf } from '../storage/file-name.ts'
import { fileSystemStorage } from '../storage/file-system.ts'
import { codeOf } from '../storage/lock-file.ts'
import { headerLength, unpackHeader } from '../storage/value-file.ts'

export interface FolderFileCacheOptions {
  /** When more is kept, what was used longest ago goes; bytes, without bound when absent. */
  readonly maxBytes?: number
}

/**
 * Keeps downloaded model files in a folder, which processes may share: a process that is killed leaves the file before, and
 * what it had of the next one to go on with.
 *
 * @throws ConfigurationError `configuration/invalid` for a bound that is not a whole number above 0; StorageError
 * @example
 * const files = hubFiles('onnx-community/Qwen3-0.6B-ONNX', { cache: folderFileCache('.kkachi/models') })
 */
export const folderFileCache = (folder: string, options: FolderFileCacheOptions = {}): FileCache =>
  storedFileCache({
    ...options,
    storage: fileSystemStorage(folder),
    readInto: (key, target) => readValueInto(join(folder, fileOf(key)), target),
  })

/** Half a gigabyte in memory of its own for each piece, and copied, takes several times as long. */
const readValueInto = async (file: string, target: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  try {
    const handle = await open(file)
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
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    const message = `A kept file of a model could not be read (${codeOf(error)}). Check who may read ${file}.`
    throw new StorageError('storage/unavailable', message, { key: file, cause: error })
  }
}
