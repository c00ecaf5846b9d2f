import { addressFiles, type FileCache, hubFiles, type ModelFiles } from '../../src/inference/index.ts'
import { type PickedFile, pickedFiles } from './picked-files.ts'

/** Where the files of a model are, as plain data: each by its address, in one folder, on the hub, or picked by the user. */
export type ModelSource =
  | { readonly files: Readonly<Record<string, string>> }
  | { readonly folder: string }
  | { readonly repository: string; readonly revision?: string }
  | { readonly picked: readonly PickedFile[] }

/** The files of a source; what comes from elsewhere is kept in the cache. */
export const filesOf = (source: ModelSource, cache: FileCache): ModelFiles => {
  if ('files' in source) return addressFiles(source.files)
  if ('folder' in source) return addressFiles(source.folder, { cache })
  if ('picked' in source) return pickedFiles(source.picked)
  const { repository, ...options } = source
  return hubFiles(repository, { cache, ...options })
}
