import type { Example } from '../data/example.ts'
import { DataError } from '../errors/data-error.ts'

/** The text of a field that a row of a known data set has. */
export const textIn = (row: Example, name: string, dataset: string): string => {
  const value = row[name]
  if (typeof value === 'string') return value
  throw new DataError(
    'data/fields',
    `Expected '${name}' to be text in every row of ${dataset}. Give its official rows.`,
  )
}
