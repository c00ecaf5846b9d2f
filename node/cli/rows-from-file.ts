import { isProblem, readText } from '../../src/adapters/index.ts'
import { DataError, type Example, type Field, type Signature } from '../../src/index.ts'
import { loadNumberedRows, type NumberedRow, readNumberedRows } from '../data/read-rows.ts'

export interface RowsOptions {
  readonly signature: Signature
  readonly needsLabels: boolean
}

/**
 * The rows of a file, each with the fields the program and the metric need.
 *
 * @throws DataError `data/missing`, `data/parse`, `data/fields`, `data/empty` with file and line
 */
export const rowsFromFile = async (file: string, options: RowsOptions): Promise<readonly Example[]> =>
  (await loadNumberedRows(file)).map(row => checkedRow(file, row, options))

/** The same, one at a time. */
export async function* streamRowsFromFile(
  file: string,
  options: RowsOptions,
): AsyncGenerator<Example, void, undefined> {
  for await (const row of readNumberedRows(file)) yield checkedRow(file, row, options)
}

const checkedRow = (file: string, { row, line }: NumberedRow, { signature, needsLabels }: RowsOptions): Example => {
  const { inputs, outputs } = signature
  const missing = inputs.find(
    field => !field.optional && field.default === undefined && !Object.hasOwn(row, field.name),
  )
  if (missing !== undefined) throw wrongFields(file, line, `the input '${missing.name}'`, row)
  if (needsLabels && !outputs.some(field => Object.hasOwn(row, field.name))) {
    throw wrongFields(file, line, `the right answer in '${outputs.map(field => field.name).join("' or '")}'`, row)
  }
  return file.toLowerCase().endsWith('.csv') ? typedRow(file, line, row, [...inputs, ...outputs]) : row
}

/** CSV knows text only: what the signature types otherwise is read as such. */
const typedRow = (file: string, line: number | undefined, row: Example, fields: readonly Field[]): Example => {
  const typed: Record<string, unknown> = { ...row }
  for (const { name, type } of fields) {
    const value = row[name]
    if (typeof value !== 'string' || type.kind === 'string') continue
    const read = readText(type, value)
    if (isProblem(read)) {
      throw new DataError('data/fields', `${file}:${line}: the field '${name}' does not fit: ${read.problem}.`, {
        file,
        ...(line === undefined ? {} : { line }),
      })
    }
    typed[name] = read.value
  }
  return typed
}

const wrongFields = (file: string, line: number | undefined, expected: string, row: Example): DataError =>
  new DataError(
    'data/fields',
    `${file}${line === undefined ? '' : `:${line}`}: expected ${expected}, the row has ${Object.keys(row).join(', ') || 'no fields'}. Name the fields as the signature does.`,
    { file, ...(line === undefined ? {} : { line }) },
  )
