import type { Example } from '../data/example.ts'
import { parseJson } from '../data/safe-json.ts'
import { DataError } from '../errors/data-error.ts'
import { isRow } from '../signature/row.ts'

export interface HuggingFaceOptions {
  /** `openai/gsm8k`. */
  readonly dataset: string
  /** `default` when absent. */
  readonly config?: string
  /** `train` when absent. */
  readonly split?: string
  /** Rows at most; all when absent. */
  readonly limit?: number
  /** For data sets that are not public. */
  readonly token?: string
  readonly fetch?: typeof globalThis.fetch
  readonly baseUrl?: string
  readonly signal?: AbortSignal
}

/** Rows the server gives at once. */
const pageRows = 100

/**
 * The rows of a data set on Hugging Face, read page by page through its public rows API, without a download.
 *
 * @throws DataError `data/missing` when the server has no such rows or cannot be reached, `data/parse` when it answers
 * with something else, or left out part of a row because it was long
 * @see https://huggingface.co/docs/dataset-viewer/rows
 * @example
 * for await (const row of huggingFaceRows({ dataset: 'openai/gsm8k', config: 'main', limit: 200 })) console.log(row)
 */
export async function* huggingFaceRows(options: HuggingFaceOptions): AsyncGenerator<Example, void, undefined> {
  const { limit = Number.POSITIVE_INFINITY } = options
  for (let offset = 0; offset < limit; offset += pageRows) {
    const { rows, total } = await page(options, offset, Math.min(pageRows, limit - offset))
    yield* rows
    if (rows.length === 0 || offset + rows.length >= total) return
  }
}

const page = async (
  options: HuggingFaceOptions,
  offset: number,
  length: number,
): Promise<{ readonly rows: readonly Example[]; readonly total: number }> => {
  const { dataset, config = 'default', split = 'train', token, signal } = options
  const query = Object.entries({ dataset, config, split, offset, length })
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&')
  const name = `${dataset} (${config}, ${split})`
  const address = `${options.baseUrl ?? 'https://datasets-server.huggingface.co'}/rows?${query}`
  const init = {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(signal === undefined ? {} : { signal }),
  }
  const response = await (options.fetch ?? fetch)(address, init).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw new DataError('data/missing', `The rows of ${name} could not be fetched. Check the network.`, { cause })
  })
  if (!response.ok) {
    throw new DataError(
      'data/missing',
      `The server refused the rows of ${name} with status ${response.status}. Check the names, or give a token.`,
    )
  }
  return read(name, await response.text())
}

const read = (name: string, text: string): { readonly rows: readonly Example[]; readonly total: number } => {
  const body = parsed(name, text)
  if (!isRow(body) || !Array.isArray(body.rows) || typeof body.num_rows_total !== 'number') throw unexpected(name)
  const rows = body.rows.map((entry: unknown): Example => {
    if (!isRow(entry) || !isRow(entry.row)) throw unexpected(name)
    const cut = Array.isArray(entry.truncated_cells) ? entry.truncated_cells : []
    if (cut.length > 0) {
      throw new DataError(
        'data/parse',
        `The server left out parts of row ${String(entry.row_idx)} of ${name}. Download its Parquet file and read that.`,
      )
    }
    return entry.row
  })
  return { rows, total: body.num_rows_total }
}

const parsed = (name: string, text: string): unknown => {
  try {
    return parseJson(text)
  } catch (cause) {
    throw unexpected(name, cause)
  }
}

const unexpected = (name: string, cause?: unknown): DataError =>
  new DataError('data/parse', `The server answered with something that is no page of ${name}. Try again later.`, {
    cause,
  })
