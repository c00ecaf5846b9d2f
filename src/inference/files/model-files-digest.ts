import { sha256 } from '../../data/sha256.ts'

/** The digest of files by the digests of each (lower-case hexadecimal SHA-256), in whatever order they come. */
export const modelFilesDigest = (files: Iterable<readonly [name: string, sha256: string]>): Promise<string> =>
  sha256(
    Array.from(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, digest]) => `${digest} ${name}\n`)
      .join(''),
  )

/** Whether a file counts where all files of a place do: what begins with a dot and what is written for readers does not. */
export const countsInDigest = (name: string): boolean =>
  !name.endsWith('.md') && !name.split('/').some(part => part.startsWith('.'))
