import type { ProgramState } from '../ports/module.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import type { Found } from './optimization.ts'

/** One state that an optimizer would give; without `state` it found none. */
export interface Proposal {
  readonly label: string
  readonly state?: ProgramState
  /** Whether the budget ended before it was whole. */
  readonly cut: boolean
}

/**
 * Keeps a proposal only if it scores higher on the development set than the student does. The student is scored first, so
 * that the proposal knows what scoring will cost. Without a development set the proposal is taken as it is.
 */
export async function* confirmOnDev<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  propose: () => AsyncGenerator<SearchEvent, Proposal, undefined>,
): AsyncGenerator<SearchEvent, Found, undefined> {
  const baseline = run.hasDev ? yield* run.score('student', run.program.state) : undefined
  if (run.hasDev && baseline === undefined) return { cut: true }
  const { label, state, cut } = yield* propose()
  if (state === undefined) return { baseline, cut }
  if (baseline === undefined) return { state, cut }
  const scored = yield* run.score(label, state)
  if (scored === undefined) return { baseline, cut: true }
  const best = scored.score > baseline.score ? scored : baseline
  return { state: best.state, score: best.score, baseline, cut }
}
