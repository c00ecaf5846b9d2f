import { canonicalJson } from '../data/canonical-json.ts'
import type { ProgramState } from '../ports/module.ts'

/** Numbers states by what they hold, so that equal ones are one. */
export const stateNumbers = (): ((state: ProgramState) => number) => {
  const known = new WeakMap<ProgramState, number>()
  const texts = new Map<string, number>()
  return state => {
    const before = known.get(state)
    if (before !== undefined) return before
    const text = canonicalJson(state)
    const number = texts.get(text) ?? texts.size
    texts.set(text, number)
    known.set(state, number)
    return number
  }
}
