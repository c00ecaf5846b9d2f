import type { Random } from '../data/random.ts'
import type { Demo, ProgramState } from '../ports/module.ts'

/** A state with other demos; `demosOf` is asked once for each predictor, in program order. */
export const withDemos = (state: ProgramState, demosOf: (path: string) => readonly Demo[]): ProgramState =>
  Object.fromEntries(Object.entries(state).map(([path, predictor]) => [path, { ...predictor, demos: demosOf(path) }]))

/** A state without demos. */
export const withoutDemos = (state: ProgramState): ProgramState => withDemos(state, () => [])

/** Gives each predictor up to `count` rows as demos: drawn anew for each, or the first ones where there are no dice. */
export const withLabeledDemos = (
  state: ProgramState,
  rows: readonly object[],
  count: number,
  random: Random | undefined,
): ProgramState => {
  const demos = rows.map(asDemo)
  const size = Math.min(count, demos.length)
  return withDemos(state, () => (random ? random.sample(demos, size) : demos.slice(0, size)))
}

/** A row of data as a demo; rows of a declared interface lack nothing but the index signature. */
export const asDemo = (row: object): Demo => row as Demo
