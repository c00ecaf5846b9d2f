import type { ScoredRow } from './score-rows.ts'

/** Rows that are named because the programs differ most on them. */
const rowsNamed = 10

/** A row on which the programs differ. */
export interface DifferingRow {
  /** Its place in the file, from 1. */
  readonly row: number
  readonly before: number
  readonly after: number
}

/** The rows known to differ most and those of a further chunk: the most different first, then by their place. */
export const mostDiffering = (
  known: readonly DifferingRow[],
  before: readonly ScoredRow[],
  after: readonly ScoredRow[],
  start: number,
): readonly DifferingRow[] => {
  const size = ({ before, after }: DifferingRow): number => Math.abs(after - before)
  const further = before.map(({ score }, index) => ({
    row: start + index + 1,
    before: score,
    after: after[index]?.score ?? score,
  }))
  return [...known, ...further.filter(row => size(row) > 0)]
    .sort((a, b) => size(b) - size(a) || a.row - b.row)
    .slice(0, rowsNamed)
}
