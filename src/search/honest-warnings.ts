import type { Comparison } from '../evaluation/compare.ts'
import type { Signature } from '../signature/signature.ts'
import type { Part } from './observation.ts'
import type { RunRecord } from './run-record.ts'
import type { Warning } from './search-event.ts'
import { sharedRows } from './shared-rows.ts'

/** Fewer rows than these tell apart only what anybody would see. */
const fewRows = 20

/** Rows that stand in two parts of the data. */
export const sharedRowsWarning = (
  signature: Pick<Signature, 'inputs'>,
  [firstName, first]: readonly [name: string, rows: readonly object[]],
  [secondName, second]: readonly [name: string, rows: readonly object[]],
): readonly Warning[] => {
  const shared = sharedRows(signature, first, second)
  const [one] = shared
  if (one === undefined) return []
  return warning(
    'shared-rows',
    `${shared.length} of the ${second.length} rows in ${secondName} have the same inputs as a row in ${firstName}, the first being row ${one.second + 1}, which is row ${one.first + 1} of ${firstName}: scores on them flatter what was learned from them. Take them out of one of the two.`,
  )
}

/** Too few rows to choose by. */
export const littleDataWarning = (part: Part, rows: number): readonly Warning[] =>
  rows >= fewRows
    ? []
    : warning(
        'little-data',
        `Candidates are told apart by ${rows === 1 ? 'one row' : `${rows} rows`} of ${part}, so that one row moves a score by ${points(1 / rows)}: what wins may have won by luck. Give at least ${fewRows} rows to choose by, better 50.`,
      )

/** A metric that tells nothing apart. */
export const constantMetricWarning = ({ runs, failures, onlyScore }: RunRecord): readonly Warning[] => {
  const scored = runs - failures
  if (onlyScore === undefined || scored < 2) return []
  const remedy =
    onlyScore >= 1
      ? 'Nothing is left to gain on these rows; give harder ones, or a stricter metric.'
      : 'Check the metric on an answer known to be right and on one known to be wrong, and the names of the fields it reads.'
  return warning(
    'constant-metric',
    `The metric gave ${shown(onlyScore)} for every one of ${scored} answers, so that no candidate can be told from another. ${remedy}`,
  )
}

/** Runs of the program or the metric that failed. */
export const failedExamplesWarning = ({ runs, failures, firstFailure }: RunRecord): readonly Warning[] => {
  if (firstFailure === undefined) return []
  const { part, row, error } = firstFailure
  const cause = error instanceof Error ? error.message : String(error)
  return warning(
    'failed-examples',
    `${failures} of ${runs} runs failed and count 0 in their scores; the first was row ${row + 1} of ${part}: ${cause} Mend what fails, or take such rows out.`,
  )
}

/** A gain that could be chance. */
export const withinNoiseWarning = (gain: Comparison | undefined): readonly Warning[] => {
  if (gain === undefined || gain.difference <= 0 || gain.low > 0) return []
  const { difference, low, high, n, p } = gain
  return warning(
    'gain-within-noise',
    `The gain of ${points(difference)} on ${n} rows could be chance: its 95 % interval is [${points(low)}, ${points(high)}], and signs flipped at random make as much with a probability of ${p.toFixed(2)}. Give more rows to choose by, and report on rows that were held out.`,
  )
}

/** Development and test rows that tell different stories. */
export const disagreementWarning = (onDev: number | undefined, onTest: Comparison): readonly Warning[] => {
  const { difference, low, high, n } = onTest
  if (onDev === undefined) return []
  const isOtherSign = onDev * difference < 0
  // More on the test than was hoped for is no reason to doubt the program.
  if (onDev <= high && !isOtherSign) return []
  return warning(
    'dev-test-disagree',
    `On the rows it was chosen by the program gained ${points(onDev)}, on ${n} test rows ${points(difference)} with a 95 % interval of [${points(low)}, ${points(high)}]. Trust the test; give more rows to choose by, drawn like those of the test.`,
  )
}

const warning = (code: Warning['code'], message: string): readonly Warning[] => [{ code, message }]

/** A difference of scores, as `+4.2 points`: hundredths of the whole scale. */
const points = (difference: number): string => `${(100 * difference).toFixed(1)} points`

const shown = (score: number): string => String(Math.round(score * 1e4) / 1e4)
