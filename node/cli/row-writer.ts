import { rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { ConfigurationError } from '../../src/index.ts'
import { writeFailure } from '../write-failure.ts'
import { jsonLine } from './terminal.ts'

/** Writes a JSONL file row by row; it appears under its name when it is complete. */
export interface RowWriter {
  write(row: object): Promise<void>
  close(): Promise<void>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

/** Text that is gathered before the disk is asked. */
const bufferLength = 65_536

/**
 * Opens a file for rows, under a name of its own until it is closed.
 *
 * @throws ConfigurationError `configuration/invalid` when there can be no such file; from the methods StorageError
 * `storage/quota` when the disk is full, `storage/unavailable` when it fails otherwise
 */
export const rowWriter = async (file: string): Promise<RowWriter> => {
  const temporary = `${file}.${process.pid}.tmp`
  const handle = await opened(file, temporary)
  const sweep = (): void => rmSync(temporary, { force: true })
  process.once('exit', sweep) // a process that is told twice to end waits for nothing
  let buffer = ''

  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      throw writeFailure(file, error, 'another --save')
    }
  }
  const flush = async (): Promise<void> => {
    const text = buffer
    buffer = ''
    await handle.writeFile(text)
  }

  return {
    write: row =>
      guarded(async () => {
        buffer += jsonLine(row)
        if (buffer.length >= bufferLength) await flush()
      }),
    close: () =>
      guarded(async () => {
        await flush()
        await handle.close()
        await rename(temporary, file)
        process.off('exit', sweep)
      }),
    discard: () =>
      guarded(async () => {
        try {
          await handle.close()
        } finally {
          await rm(temporary, { force: true })
          process.off('exit', sweep)
        }
      }),
  }
}

const opened = async (file: string, temporary: string): Promise<FileHandle> => {
  try {
    return await open(temporary, 'w')
  } catch (error) {
    throw new ConfigurationError(
      'configuration/invalid',
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}. Choose another --save.`,
      { option: 'save', cause: error },
    )
  }
}
