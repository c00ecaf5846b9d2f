import type { Example } from '../data/example.ts'
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
  rows: readonly Example[],
  count: number,
  random: Random | undefined,
): ProgramState => {
  const size = Math.min(count, rows.length)
  return withDemos(state, () => (random ? random.sample(rows, size) : rows.slice(0, size)))
}
