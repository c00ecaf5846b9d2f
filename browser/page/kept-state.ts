import { parseJson } from '../../src/data/index.ts'
import type { Storage } from '../../src/index.ts'
import { type KeptState, type PageState, startingState } from './page-state.ts'

const key = 'state'
const format = 1

/** Reads what an earlier page kept; what this page cannot read counts as nothing kept. */
export const readKept = async (storage: Storage): Promise<KeptState> => {
  const stored = await storage.get(key)
  if (!stored) return startingState
  try {
    const found: unknown = parseJson(new TextDecoder().decode(stored.value))
    return isKept(found) ? cutShort(found.state) : startingState
  } catch {
    return startingState // not JSON
  }
}

/** Keeps what is to outlive the page; one write after the other, so that the last one stays. */
export const keeper = (storage: Storage): ((state: PageState) => Promise<void>) => {
  let last: Promise<void> = Promise.resolve()
  return ({ settings, model, run, program, before, after }) => {
    const state: KeptState = { settings, model, run, program, before, after }
    const bytes = new TextEncoder().encode(JSON.stringify({ format, state }))
    // One that failed is told to whoever asked for it, and is no reason not to keep what comes after.
    last = last.catch(() => {}).then(() => storage.put(key, bytes))
    return last
  }
}

/** A run that still runs in what was kept was cut short by the end of its page. */
const cutShort = (state: KeptState): KeptState =>
  state.run?.status === 'running' ? { ...state, run: { ...state.run, status: 'cut' } } : state

/** The page alone writes here, so the format says it all. */
const isKept = (found: unknown): found is { readonly state: KeptState } =>
  typeof found === 'object' && found !== null && 'format' in found && found.format === format && 'state' in found
