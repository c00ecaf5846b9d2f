import type { StorageError } from '../../src/index.ts'
import { addressFiles, type FileCache, hubFiles, type ModelFiles } from '../../src/inference/index.ts'
import { fileFetch } from './file-fetch.ts'
import { type PickedFile, pickedFiles } from './picked-files.ts'

/** Where the files of a model are, as plain data: each by its address, in one folder, on the hub, or picked by the user. */
export type ModelSource =
  | ({ readonly files: Readonly<Record<string, string>>; readonly isOfPage?: boolean } & Checked)
  | ({ readonly folder: string } & Checked)
  | { readonly repository: string; readonly revision?: string }
  | { readonly picked: readonly PickedFile[] }

/** SHA-256 of files by their names, where they are known. */
interface Checked {
  readonly sha256?: Readonly<Record<string, string>>
}

export interface KeptFilesOptions {
  readonly cache: FileCache
  readonly onCacheFailure: (error: StorageError) => void
}

/** The files of a source; what comes from elsewhere is kept in the cache, files of the page itself by the browser. */
export const filesOf = (source: ModelSource, keeping: KeptFilesOptions): ModelFiles => {
  if ('picked' in source) return pickedFiles(source.picked)
  if ('repository' in source) {
    const { repository, ...options } = source
    return hubFiles(repository, { ...keeping, ...options })
  }
  const options = { fetch: fileFetch(), ...(source.sha256 && { sha256: source.sha256 }) }
  if ('folder' in source) return addressFiles(source.folder, { ...keeping, ...options })
  return addressFiles(source.files, source.isOfPage ? options : { ...keeping, ...options })
}
