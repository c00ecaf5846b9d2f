import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { parseJson } from '../../src/data/index.ts'
import { DataError, type Example } from '../../src/index.ts'
import { brokenLine } from './broken-line.ts'

/**
 * The rows of a data file, one at a time: JSONL (`.jsonl`, `.ndjson`), JSON (`.json`: a list of objects), CSV (`.csv`
 * with a header line) or Parquet (`.parquet`). All but JSON are streamed: a file of any size takes the memory of a row, or
 * of a thousand.
 *
 * @throws DataError `data/missing`, `data/parse`, `data/unsafe`, with file and line
 * @example
 * for await (const row of readRows('train.jsonl')) console.log(row.text)
 */
export async function* readRows(file: string): AsyncGenerator<Example, void, undefined> {
  for await (const { row } of readNumberedRows(file)) yield row
}

/** A row and where it stands. */
export interface NumberedRow {
  readonly row: Example
  /** 1-based; undefined in a JSON list or a Parquet file. */
  readonly line: number | undefined
}

/** As `readRows`, with the line of each row. */
export async function* readNumberedRows(file: string): AsyncGenerator<NumberedRow, void, undefined> {
  const type = extname(file).toLowerCase()
  try {
    if (type === '.jsonl' || type === '.ndjson') yield* jsonLines(file)
    else if (type === '.json') yield* jsonList(file)
    else if (type === '.csv') yield* csvRows(file)
    else if (type === '.parquet') {
      // Loaded when it is needed: most data is lines, and most processes read none.
      const { parquetRows } = await import('./parquet-rows.ts')
      for await (const row of parquetRows(file)) yield { row, line: undefined }
    } else {
      throw new DataError(
        'data/parse',
        `Expected a .jsonl, .ndjson, .json, .csv or .parquet file, got ${file}. Rename or convert it.`,
        {
          file,
        },
      )
    }
  } catch (error) {
    throw isMissing(error)
      ? new DataError('data/missing', `${file} cannot be read: ${error.message}. Check the path.`, {
          file,
          cause: error,
        })
      : error
  }
}

/** All rows of a data file; `data/empty` when there is none. */
export const loadRows = async (file: string): Promise<Example[]> => (await loadNumberedRows(file)).map(({ row }) => row)

/** As `loadRows`, with the line of each row. */
export const loadNumberedRows = async (file: string): Promise<NumberedRow[]> => {
  const rows: NumberedRow[] = []
  for await (const row of readNumberedRows(file)) rows.push(row)
  if (rows.length === 0) throw new DataError('data/empty', `${file} has no rows. Give at least one example.`, { file })
  return rows
}

async function* jsonLines(file: string): AsyncGenerator<NumberedRow, void, undefined> {
  let line = 0
  for await (const text of textLines(file)) {
    line += 1
    if (text.trim() !== '') yield { row: asRow(parsed(text, file, line), file, line), line }
  }
}

/** The lines of a UTF-8 file, without the byte order mark. */
async function* textLines(file: string): AsyncGenerator<string, void, undefined> {
  let rest = ''
  for await (const text of textOf(file)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

/** The text of a UTF-8 file as it comes, without the byte order mark. Other bytes are refused, not read as something else. */
async function* textOf(file: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  const decode = (bytes?: Uint8Array): string => {
    try {
      const text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line += 1
      return text
    } catch (cause) {
      throw new DataError('data/parse', `${file} is not UTF-8 near line ${line}. Save it as UTF-8.`, {
        ...{ file, line },
        cause,
      })
    }
  }
  for await (const bytes of createReadStream(file)) yield decode(bytes)
  yield decode()
}

async function* jsonList(file: string): AsyncGenerator<NumberedRow, void, undefined> {
  const texts: string[] = []
  for await (const text of textOf(file)) texts.push(text)
  const list = parsed(texts.join(''), file, 1)
  if (!Array.isArray(list)) {
    throw new DataError('data/parse', `Expected a list of objects in ${file}, got ${kindOf(list)}. Write [{ … }, …].`, {
      file,
      line: 1,
    })
  }
  for (const [index, row] of list.entries()) {
    yield { row: asRow(row, file, undefined, `item ${index + 1}`), line: undefined }
  }
}

async function* csvRows(file: string): AsyncGenerator<NumberedRow, void, undefined> {
  const { parse: csvParser } = await import('csv-parse')
  const parser = csvParser({ columns: true, bom: true, info: true, skip_empty_lines: true, relax_column_count: false })
  pipeline(Readable.from(textOf(file)), parser, () => {}) // a failure of either ends the iteration below
  try {
    for await (const { record, info } of parser) {
      yield { row: asRow(record, file, info.lines), line: info.lines }
    }
  } catch (error) {
    if (isMissing(error) || error instanceof DataError) throw error
    const line = typeof error === 'object' && error !== null && 'lines' in error ? Number(error.lines) : undefined
    const reason = error instanceof Error ? error.message : String(error)
    throw new DataError(
      'data/parse',
      `${file}${line === undefined ? '' : `:${line}`} is not CSV: ${reason}. Mend the line.`,
      {
        file,
        ...(line === undefined ? {} : { line }),
        cause: error,
      },
    )
  }
}

const parsed = (text: string, file: string, line: number): unknown => {
  try {
    return parseJson(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const at = error instanceof SyntaxError && text.includes('\n') ? brokenLine(text) : line
    const code = error instanceof DataError ? error.code : 'data/parse'
    throw new DataError(code, `${file}:${at} is not usable JSON: ${withoutText(reason)}. Mend the line.`, {
      file,
      line: at,
      cause: error,
    })
  }
}

/** V8 quotes the data in its message; a message goes to logs, so the quote is left out. */
const withoutText = (reason: string): string => reason.replace(/, ".*$/s, '').replace(/\.+$/, '')

const asRow = (value: unknown, file: string, line: number | undefined, place = `line ${line}`): Example => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Example
  throw new DataError(
    'data/parse',
    `Expected an object with the fields of one example at ${place} of ${file}, got ${kindOf(value)}. Write {"text": "…", "label": "…"}.`,
    { file, ...(line === undefined ? {} : { line }) },
  )
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`

const isMissing = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EPERM'].includes(error.code)
