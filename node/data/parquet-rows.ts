import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { DataError, type Example } from '../../src/index.ts'

/** Rows decoded at a time. */
const chunkRows = 1000

/** What a page may be packed with, beside Snappy, which the library has. */
const compressors = {
  GZIP: (bytes: Uint8Array): Uint8Array => gunzipSync(bytes),
  BROTLI: (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes),
}

/**
 * The rows of a Parquet file, a thousand at a time in memory. Dates become ISO 8601 texts, whole numbers of 64 bits
 * numbers; a number beyond 2^53 is refused, as everywhere.
 *
 * @throws DataError `data/parse` for a file that is damaged, packed with something else, or has such a number
 */
export async function* parquetRows(file: string): AsyncGenerator<Example, void, undefined> {
  const source = await asyncBufferFromFile(file)
  try {
    const metadata = await parquetMetadataAsync(source)
    const count = Number(metadata.num_rows)
    for (let start = 0; start < count; start += chunkRows) {
      const rowEnd = Math.min(start + chunkRows, count)
      const rows = await parquetReadObjects({ file: source, metadata, compressors, rowStart: start, rowEnd })
      for (const [index, row] of rows.entries()) yield plainRow(row, `${file}, row ${start + index + 1}`)
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(
      'data/parse',
      `${file} cannot be read as Parquet: ${reason}. Write it again, with Snappy or GZIP.`,
      {
        file,
        cause,
      },
    )
  }
}

const plainRow = (row: Readonly<Record<string, unknown>>, place: string): Example =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value, place)]))

const plain = (value: unknown, place: string): unknown => {
  if (typeof value === 'bigint') {
    const number = Number(value)
    if (Number.isSafeInteger(number)) return number
    throw new DataError('data/parse', `${place} has a whole number beyond 2^53. Write it as text.`)
  }
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(item => plain(item, place))
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return plainRow(value as Readonly<Record<string, unknown>>, place)
}
