import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { jsonLine } from './terminal.ts'

/** Writes a JSONL file row by row; it appears under its name when it is complete. */
export interface RowWriter {
  write(row: object): Promise<void>
  close(): Promise<void>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

export const rowWriter = async (file: string): Promise<RowWriter> => {
  const temporary = `${file}.${process.pid}.tmp`
  const stream = createWriteStream(temporary)
  await once(stream, 'open')
  const ended = async (): Promise<void> => {
    stream.end()
    await once(stream, 'close')
  }
  return {
    async write(row) {
      if (!stream.write(jsonLine(row))) await once(stream, 'drain')
    },
    async close() {
      await ended()
      await rename(temporary, file)
    },
    async discard() {
      await ended()
      await rm(temporary, { force: true })
    },
  }
}
