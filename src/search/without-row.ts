import { canonicalJson } from '../data/canonical-json.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import { withDemos } from './demos.ts'

/** A state as it may be shown a row: without the demos that have the row's answer. */
export type Unseen = (state: ProgramState, row: object) => ProgramState

/**
 * Makes what takes a row out of the demos of a state: what is asked must not be shown its answer. A demo is the row where
 * it has the same inputs. The same state comes back where none is, found without comparing every demo every time.
 *
 * @param inputs names of the input fields of the program
 */
export const withoutRow = (inputs: readonly string[]): Unseen => {
  const shownBy = new WeakMap<ProgramState, ReadonlySet<string>>()
  const keys = new WeakMap<object, string>()
  const keyOf = (row: object): string => {
    const known = keys.get(row)
    if (known !== undefined) return known
    const key = canonicalJson(inputs.map(name => (Object.hasOwn(row, name) ? (row as Demo)[name] : undefined) ?? null))
    keys.set(row, key)
    return key
  }
  const shown = (state: ProgramState): ReadonlySet<string> => {
    const known = shownBy.get(state)
    if (known !== undefined) return known
    const keys = new Set(Object.values(state).flatMap(predictor => predictor.demos.map(keyOf)))
    shownBy.set(state, keys)
    return keys
  }
  return (state, row) => {
    const key = keyOf(row)
    return shown(state).has(key)
      ? withDemos(state, path => (state[path]?.demos ?? []).filter(demo => keyOf(demo) !== key))
      : state
  }
}
