import { DataError } from '../errors/data-error.ts'

/**
 * Refuses what cannot be compared.
 *
 * @throws DataError `data/vector`
 */
export const checkVector = (vector: Float32Array, dimensions: number, what: string): void => {
  if (vector.length !== dimensions || dimensions === 0) {
    throw new DataError(
      'data/vector',
      `Expected ${what} to have ${dimensions || 'some'} numbers, got ${vector.length}. Embed everything with one model.`,
    )
  }
  for (const [place, value] of vector.entries()) {
    if (Number.isFinite(value)) continue
    throw new DataError(
      'data/vector',
      `Expected ${what} to hold finite numbers, got ${value} at place ${place}. Check the embedder.`,
    )
  }
}
