import { StorageError } from '../src/index.ts'

/**
 * Why a file could not be written, for somebody who reads it: `storage/quota` where there is no room, else
 * `storage/unavailable`.
 */
export const writeFailure = (file: string, cause: unknown, instead = 'another place'): StorageError => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return full.has(code)
    ? new StorageError(
        'storage/quota',
        `There is no room to write ${file} (${code}). Free some, or choose ${instead}.`,
        { key: file, cause },
      )
    : new StorageError(
        'storage/unavailable',
        `${file} could not be written (${code ?? String(cause)}). Check the disk, or choose ${instead}.`,
        { key: file, cause },
      )
}

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
