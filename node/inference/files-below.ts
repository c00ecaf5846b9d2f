import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { countsInModelDigest } from '../../src/inference/index.ts'
import type { FolderPlace } from './folder-place.ts'

/** The names of the files in a folder that count in its digest, with slashes; links only where they are its files. */
export const filesBelow = async ({ root, blobs }: FolderPlace): Promise<readonly string[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() || (blobs !== undefined && entry.isSymbolicLink()))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(countsInModelDigest)
}
