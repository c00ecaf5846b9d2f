import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFailure } from './write-failure.ts'

let written = 0

/**
 * Writes a file so that a reader, or a process killed in between, finds the old text or the new one.
 *
 * @throws StorageError `storage/quota` when the disk is full, `storage/unavailable` when the file cannot be written
 */
export const writeAtomically = async (file: string, text: string): Promise<void> => {
  written += 1
  const temporary = join(dirname(file), `.${process.pid}-${written}.tmp`)
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(temporary, text)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}) // the failure to be told is the one before
    throw writeFailure(file, error)
  }
}
