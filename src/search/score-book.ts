import { recentlyUsed } from '../data/recently-used.ts'
import type { Observation } from './observation.ts'

/** Every score of a run, so that nothing is paid for twice. */
export interface ScoreBook {
  /** What is known of a place; without prediction and trace where that was forgotten. */
  get(place: Place): Observation | undefined
  has(place: Place): boolean
  set(place: Place, observation: Observation): void
  /** All scores of a state on a part, by row, in the order of the rows. */
  scoresOf(state: number, part: 'train' | 'dev'): ReadonlyMap<number, number>
}

/** Where a score stands: what the candidate knows, and the sample of the row. */
export interface Place {
  /** The number of the candidate's state: equal candidates share their scores. */
  readonly state: number
  readonly part: 'train' | 'dev'
  readonly row: number
  readonly rolloutId?: string | undefined
}

/** Predictions and traces remembered; older ones leave only their score. */
const detailsKept = 4_096

/** Scores of 500 candidates on 10,000 rows take some 45 MB: 9 bytes each. */
export const scoreBook = (rows: Readonly<Record<'train' | 'dev', number>>): ScoreBook => {
  const columns = new Map<string, Column>()
  const details = recentlyUsed<Observation>(detailsKept)

  const keyOf = ({ state, part, rolloutId }: Place): string => `${state} ${part} ${rolloutId ?? ''}`

  return {
    get(place) {
      const key = keyOf(place)
      const column = columns.get(key)
      const flags = column?.flags[place.row] ?? 0
      if (column === undefined || flags === 0) return undefined
      const whole = details.get(`${key} ${place.row}`)
      if (whole !== undefined) return whole
      return {
        candidate: -1,
        part: place.part,
        row: place.row,
        score: column.scores[place.row] ?? 0,
        passed: (flags & passedFlag) !== 0,
        trace: [],
        ...((flags & failedFlag) !== 0 && { error: new Error('The example failed; its error is no longer kept.') }),
      }
    },
    has: place => (columns.get(keyOf(place))?.flags[place.row] ?? 0) !== 0,
    set(place, observation) {
      const key = keyOf(place)
      const column = columns.get(key) ?? newColumn(place.rolloutId === undefined ? rows[place.part] : 0)
      columns.set(key, column)
      column.scores[place.row] = observation.score
      column.flags[place.row] =
        knownFlag | (observation.passed ? passedFlag : 0) | (observation.error !== undefined ? failedFlag : 0)
      details.set(`${key} ${place.row}`, observation, 1)
    },
    scoresOf(state, part) {
      const column = columns.get(keyOf({ state, part, row: 0 }))
      const scores = new Map<number, number>()
      if (column === undefined) return scores
      for (let row = 0; row < rows[part]; row += 1) if (column.flags[row]) scores.set(row, column.scores[row] ?? 0)
      return scores
    },
  }
}

const knownFlag = 1
const passedFlag = 2
const failedFlag = 4

/** Scores and flags by row: dense for a candidate, sparse for its extra samples. */
interface Column {
  readonly scores: { [row: number]: number }
  readonly flags: { [row: number]: number }
}

const newColumn = (size: number): Column =>
  size > 0 ? { scores: new Float64Array(size), flags: new Uint8Array(size) } : { scores: {}, flags: {} }
