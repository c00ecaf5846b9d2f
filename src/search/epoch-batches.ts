import type { Random } from '../data/random.ts'

/** Gives the rows of a step of a search: small batches out of a shuffled whole. */
export type BatchOf = (step: number) => readonly number[]

/**
 * Batches that go through all rows before one comes again: the rows are shuffled anew for each epoch, and filled up to whole
 * batches with rows that were used least. With fewer rows than a batch holds, rows stand in it more than once.
 *
 * Steps are asked for in rising order; a step that is passed over passes over its batch.
 *
 * @param rows how many there are, at least 1
 * @see `EpochShuffledBatchSampler` of gepa 0.1.4, whose batches it gives for the same dice
 */
export const epochBatches = (rows: number, size: number, random: Random): BatchOf => {
  let epoch = -1
  let shuffled: readonly number[] = []
  return step => {
    const current = shuffled.length === 0 ? 0 : Math.floor((step * size) / shuffled.length)
    if (current > epoch) {
      epoch = current
      shuffled = filledUp(random.shuffle([...Array(rows).keys()]), size)
    }
    const from = (step * size) % shuffled.length
    return shuffled.slice(from, from + size)
  }
}

/** Whole batches; of the rows used least, the last is used again first. */
const filledUp = (rows: readonly number[], size: number): readonly number[] => {
  const missing = (size - (rows.length % size)) % size
  const again = rows.toReversed()
  return [...rows, ...Array.from({ length: missing }, (_, index) => again[index % again.length] ?? 0)]
}
