import { realpath } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'

/** A folder of models, looked at once. */
export interface FolderPlace {
  /** Its real path. */
  readonly root: string
  /** What the links of a snapshot in the hub's cache lead into; undefined for every other folder. */
  readonly blobs: string | undefined
  readonly hardLinks: boolean
}

/** Looks at a folder: where it really is, and what links it may hold. */
export const folderPlace = async (path: string, hardLinks: boolean | undefined): Promise<FolderPlace> => {
  const root = await realpath(path)
  const shelf = dirname(root)
  const repository = dirname(shelf)
  const isSnapshot = basename(shelf) === 'snapshots' && basename(repository).startsWith('models--')
  return {
    root,
    blobs: isSnapshot ? join(repository, 'blobs') : undefined,
    hardLinks: hardLinks ?? root.split(sep).includes('node_modules'),
  }
}
