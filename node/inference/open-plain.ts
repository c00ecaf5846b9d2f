import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'

/** An open file and what the system knows of it. */
export interface OpenFile {
  readonly handle: FileHandle
  readonly facts: BigIntStats
}

/**
 * Opens a file for reading, or for writing into what is there. Neither a link is followed, nor is a pipe waited for.
 *
 * @param refused makes the error for what is no plain file, or was put there meanwhile
 */
export const openPlain = async (
  file: string,
  refused: (what: string) => Error,
  access: number = constants.O_RDONLY,
): Promise<OpenFile> => {
  const handle = await open(file, access | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    const [now, facts] = await Promise.all([lstat(file, { bigint: true }), handle.stat({ bigint: true })])
    if (now.ino !== facts.ino || now.dev !== facts.dev) throw refused('was replaced while it was opened')
    if (!facts.isFile()) throw refused('is not a plain file')
    return { handle, facts }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Tells one state of a file from every other, as far as its size, time and inode do. */
export const stateOf = ({ size, mtimeNs, ino }: BigIntStats): string => `${size} ${mtimeNs} ${ino}`
