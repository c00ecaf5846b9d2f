import type { Example } from '../data/example.ts'
import type { Demo, PredictorState, ProgramState } from '../ports/module.ts'
import { embeddedText } from '../retrieval/embedded-text.ts'
import { isRow } from '../signature/row.ts'

/**
 * Demos to choose from at each call. They stand in the state's `train`, a list that DSPy's files have and nobody reads:
 * what does not know them shows none of them, and carries them along.
 */
export interface DemoPool {
  /** What rows are compared by, each once, in the order of the rows. */
  readonly texts: readonly string[]
  /** Predictor path to text to the demos of that row. */
  readonly demos: ReadonlyMap<string, ReadonlyMap<string, readonly Demo[]>>
}

/** A demo with the input of the program's run that it belongs to. */
export interface PooledDemo {
  readonly input: Example
  readonly demo: Demo
}

/** The pool of a state; `inputs` are the fields rows are compared by. */
export const demoPool = (state: ProgramState, inputs: readonly string[]): DemoPool => {
  const texts = new Set<string>()
  const demos = new Map<string, ReadonlyMap<string, readonly Demo[]>>()
  for (const [path, { train }] of Object.entries(state)) {
    const own = new Map<string, Demo[]>()
    for (const { input, demo } of train.filter(isPooled)) {
      const text = embeddedText(input, inputs)
      texts.add(text)
      own.set(text, [...(own.get(text) ?? []), demo])
    }
    demos.set(path, own)
  }
  return { texts: [...texts], demos }
}

/** A state whose predictors choose from these demos, `k` rows at a time. */
export const withPool = (
  state: ProgramState,
  k: number,
  demosOf: (path: string) => readonly PooledDemo[],
): ProgramState =>
  Object.fromEntries(
    Object.entries(state).map(([path, predictor]) => [path, { ...predictor, train: demosOf(path), neighbors: k }]),
  )

/** How many rows a state wants shown, where it says so. */
export const neighborsOf = (state: ProgramState): number | undefined =>
  Object.values(state)
    .map((predictor: PredictorState) => predictor.neighbors)
    .find((k): k is number => typeof k === 'number' && Number.isSafeInteger(k) && k >= 1)

/** Whether a state has demos to choose from. */
export const hasPool = (state: ProgramState): boolean => Object.values(state).some(({ train }) => train.some(isPooled))

/**
 * A state with the demos of the rows named, the nearest first, behind those it always shows. Those the program made itself
 * come before labeled ones, as in DSPy.
 */
export const withNearest = (state: ProgramState, pool: DemoPool, nearest: readonly string[]): ProgramState =>
  Object.fromEntries(
    Object.entries(state).map(([path, predictor]) => {
      const found = nearest.flatMap(text => pool.demos.get(path)?.get(text) ?? []).slice(0, nearest.length)
      const [made, labeled] = [found.filter(isMade), found.filter(demo => !isMade(demo))]
      // Without the pool, so that a program wrapped twice looks up once.
      return [path, { ...predictor, demos: [...predictor.demos, ...made, ...labeled], train: [] }]
    }),
  )

const isMade = (demo: Demo): boolean => demo.augmented === true

const isPooled = (entry: unknown): entry is PooledDemo => isRow(entry) && isRow(entry.input) && isRow(entry.demo)
