import { canonicalJson } from '../data/canonical-json.ts'
import type { SeededRandom } from '../data/seeded-random.ts'

/** Draws rows to be shown as demos. */
export interface DemoChoice {
  readonly random: SeededRandom
  /** Training rows that can be shown. */
  readonly rows: readonly number[]
  /** Rows to choose, at most. */
  readonly count: number
  /** What a row's answer is, for rows that answer alike; undefined where that says nothing. */
  readonly answerOf: (row: number) => string | undefined
}

/** Rows at random, one of each answer before a second of any: a model that was never shown a label seldom gives it. */
export const spreadRows = ({ random, rows, count, answerOf }: DemoChoice): readonly number[] => {
  const seen = new Map<string | undefined, number>()
  const ranked = random.shuffle(rows).map((row, place) => {
    const answer = answerOf(row)
    const rank = answer === undefined ? 0 : (seen.get(answer) ?? 0)
    seen.set(answer, rank + 1)
    return { row, rank, place }
  })
  const chosen = ranked.sort((a, b) => a.rank - b.rank || a.place - b.place).slice(0, count)
  return random.shuffle(chosen.map(({ row }) => row))
}

/** Half the rows that are missed most, half at random. */
export const missedRows = (choice: DemoChoice, easeOf: (row: number) => number): readonly number[] => {
  const { random, rows, count } = choice
  const missed = random
    .shuffle(rows)
    .sort((a, b) => easeOf(a) - easeOf(b))
    .slice(0, Math.floor(count / 2))
  const rest = spreadRows({ ...choice, rows: rows.filter(row => !missed.includes(row)), count: count - missed.length })
  return random.shuffle([...missed, ...rest])
}

/** Reads the answer of rows whose labels repeat: a class, not a text of its own. */
export const repeatedAnswers = (
  rows: readonly object[],
  inputs: readonly string[],
): ((row: number) => string | undefined) => {
  const answers = rows.map(row => canonicalJson(Object.entries(row).filter(([name]) => !inputs.includes(name))))
  const isClass = new Set(answers).size <= Math.max(2, rows.length / 4)
  return row => (isClass ? answers[row] : undefined)
}
