import { DataError, type Example } from '../../src/index.ts'
import { isFailure } from '../../src/optimizers/index.ts'
import { type RowsOptions, rowsFromFile } from './rows-from-file.ts'

/**
 * The rows of a file that an earlier program got wrong: of one that `kkachi eval --save` wrote those with a score below one
 * half, without what it added to them; of any other file all.
 *
 * @throws DataError as `rowsFromFile`, `data/fields` for a score that is no number
 */
export const failuresFromFile = async (file: string, options: RowsOptions): Promise<readonly Example[]> => {
  const { inputs, outputs } = options.signature
  const own = new Set([...inputs, ...outputs].map(field => field.name))
  const isAdded = (name: string): boolean =>
    !own.has(name) && (name === 'score' || name === 'error' || name.startsWith('prediction.'))
  return (await rowsFromFile(file, options)).flatMap((row, index) => {
    if (!own.has('score') && Object.hasOwn(row, 'score') && !isFailure(scoreIn(file, row, index))) return []
    return [Object.fromEntries(Object.entries(row).filter(([name]) => !isAdded(name)))]
  })
}

const scoreIn = (file: string, { score }: Example, index: number): number => {
  const number = typeof score === 'string' && score.trim() !== '' ? Number(score) : score
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw new DataError(
    'data/fields',
    `Expected a number in 'score' of row ${index + 1} of ${file}. Give the file that kkachi eval --save wrote.`,
    { file },
  )
}
