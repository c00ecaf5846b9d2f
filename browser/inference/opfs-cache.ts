import { type FileCache, storedFileCache } from '../../src/inference/index.ts'
import { opfsStorage } from '../storage/opfs.ts'

export interface OpfsFileCacheOptions {
  /** Tabs and workers of one origin share a cache by its name; `models` when absent. */
  readonly name?: string
  /** When more is kept, what was used longest ago goes; bytes, without bound but the browser's when absent. */
  readonly maxBytes?: number
}

/**
 * Keeps downloaded model files in the Origin Private File System, on pages and in workers. The browser may clear it when
 * the machine runs out of room, unless the site asked for lasting storage (`navigator.storage.persist()`).
 *
 * @throws ConfigurationError `configuration/invalid` for a bound that is not a whole number above 0; StorageError as
 *   `opfsStorage`
 * @example
 * const files = hubFiles('onnx-community/Qwen3-0.6B-ONNX', { cache: opfsFileCache() })
 */
export const opfsFileCache = ({ name = 'models', ...options }: OpfsFileCacheOptions = {}): FileCache =>
  storedFileCache({ ...options, storage: opfsStorage(name) })
