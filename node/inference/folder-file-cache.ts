import { type FileCache, storedFileCache } from '../../src/inference/index.ts'
import { fileSystemStorage } from '../storage/file-system.ts'

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
  storedFileCache({ ...options, storage: fileSystemStorage(folder) })
