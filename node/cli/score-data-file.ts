import { DataError, type Example, type Signature } from '../../src/index.ts'
import { checkPlace } from './check-place.ts'
import type { Progress } from './progress.ts'
import { rowWriter } from './row-writer.ts'
import { streamRowsFromFile } from './rows-from-file.ts'

/** Rows scored at a time: what of a data file is in memory. */
const chunkRows = 512

export interface DataFile {
  readonly file: string
  readonly signature: Signature
  readonly needsLabels: boolean
  /** The JSONL file that gets the rows which `score` gives. */
  readonly save: string | undefined
  readonly progress: Progress
}

/**
 * Hands the rows of a data file to `score`, some at a time, with the number of rows before them, and saves what it gives
 * for them where that is asked for. Nothing is asked, and no file appears, when the data file is wrong from its start;
 * a failure leaves no half-written file.
 *
 * @throws DataError `data/empty` for a file without rows, and what the file itself makes wrong
 */
export const scoreDataFile = async (
  { file, signature, needsLabels, save, progress }: DataFile,
  score: (rows: readonly Example[], start: number) => Promise<Iterable<Example>>,
): Promise<void> => {
  if (save !== undefined) await checkPlace(save, 'save', { makesFolders: false })
  const chunks = chunked(streamRowsFromFile(file, { signature, needsLabels }), chunkRows)
  let next = await chunks.next()
  if (next.done === true) throw new DataError('data/empty', `${file} has no rows. Give at least one example.`, { file })
  const writer = save === undefined ? undefined : await rowWriter(save)
  try {
    for (let start = 0; next.done !== true; next = await chunks.next()) {
      const scored = await score(next.value, start)
      start += next.value.length
      if (writer !== undefined) for (const row of scored) await writer.write(row)
    }
    progress.clear()
    await writer?.close()
  } catch (error) {
    progress.clear()
    await writer?.discard().catch(() => {}) // what went wrong first is told
    throw error
  }
}

/** Items in groups of `size`, the last as long as it is. */
async function* chunked<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[], undefined, undefined> {
  let chunk: Item[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
  return undefined
}
