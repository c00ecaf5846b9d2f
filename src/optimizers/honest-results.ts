import { canonicalJson } from '../data/canonical-json.ts'
import { type Comparison, compareScores } from '../evaluation/compare.ts'
import type { ProgramState } from '../ports/module.ts'
import { attributeGain, type PredictorGain } from '../search/attribution.ts'
import {
  constantMetricWarning,
  failedExamplesWarning,
  littleDataWarning,
  sharedRowsWarning,
  withinNoiseWarning,
} from '../search/honest-warnings.ts'
import { promptTokens } from '../search/prompt-tokens.ts'
import { type FrontPoint, scoreCostFront } from '../search/score-cost-front.ts'
import type { Warning } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'

/** What every result says of itself, whatever the optimizer. */
export interface HonestResults {
  /** Estimated input tokens of one call of the program, as it was given and as it comes back: `promptTokens`. */
  readonly promptTokens: { readonly before: number; readonly after: number }
  /**
   * The candidates that none beats in score without a longer prompt, the cheapest first. Those scored on less than half
   * as many rows as the one scored on most are left out: a few rows flatter.
   */
  readonly front: readonly FrontPoint[]
  /**
   * The result against the student, row by row, where both were scored on the same rows. They are the rows it was chosen
   * by, which flatters it: `testReport` compares on rows that were held out.
   */
  readonly gain?: Comparison
  /**
   * The predictors of the program with their part in the gain, by the lineage of the result: `attributeGain`. None where
   * the result or the student was not scored.
   */
  readonly attribution: readonly PredictorGain[]
}

/** What can be said before anything is spent. */
export const warningsAtStart = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
): readonly Warning[] => [
  ...sharedRowsWarning(run.program.signature, ['train', run.train], ['dev', run.dev]),
  ...(run.hasDev ? littleDataWarning('dev', run.dev.length) : []),
]

/** What can be said at the end of a search that found `state`, or nothing. */
export const honestResults = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  state: ProgramState = run.program.state,
): HonestResults & { readonly warnings: readonly Warning[] } => {
  const { adapter, model } = run.context
  const seen = {
    traces: run.record.traces,
    rows: run.train,
    ...(adapter && { adapter }),
    ...(model.capabilities && { capabilities: model.capabilities }),
  }
  const known = new WeakMap<ProgramState, number>()
  const tokensOf = (state: ProgramState): number => {
    const tokens = known.get(state) ?? promptTokens(run.program, state, seen)
    known.set(state, tokens)
    return tokens
  }
  const most = run.candidates.reduce((rows, { scores }) => Math.max(rows, scores.length), 0)
  const front = scoreCostFront(
    run.candidates
      .filter(({ scores }) => 2 * scores.length >= most)
      .map(({ index, label, state, score, low, high }) => ({
        ...{ candidate: index, label, score, low, high },
        promptTokens: tokensOf(state),
      })),
  )
  const gain = gainOf(run, state)
  return {
    promptTokens: { before: tokensOf(run.program.state), after: tokensOf(state) },
    front,
    ...(gain && { gain }),
    attribution: attributeGain({ state, proposed: run.proposed, scoresOf: run.scoresOf }),
    warnings: [
      ...(!run.hasDev && run.candidates.length > 1 ? littleDataWarning('train', run.train.length) : []),
      ...constantMetricWarning(run.record),
      ...failedExamplesWarning(run.record),
      ...withinNoiseWarning(gain),
    ],
  }
}

/** Both on the rows that both were scored on; undefined for none, and where nothing was found. */
const gainOf = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  state: ProgramState,
): Comparison | undefined => {
  if (canonicalJson(state) === canonicalJson(run.program.state)) return undefined
  const before = run.scoresOf(run.program.state)
  const after = run.scoresOf(state)
  const rows = [...before.keys()].filter(row => after.has(row))
  if (rows.length === 0) return undefined
  const on = (scores: ReadonlyMap<number, number>): number[] => rows.map(row => scores.get(row) ?? 0)
  return compareScores(on(before), on(after), { seed: run.seed })
}
