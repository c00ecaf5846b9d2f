import type { Demo } from '../ports/module.ts'
import { asDemo } from './demos.ts'
import type { Observation } from './observation.ts'
import type { SearchRun } from './search-run.ts'

/** What training rows can be shown as: good runs that were paid for anyway, and labels. */
export interface Harvest {
  /** Keeps the traces of good runs on training rows; the first of a row stays. */
  add(observations: readonly Observation[]): void
  /** Predictor path to the demos of these rows, in their order: the good run where there is one, the label where it says enough. */
  demosOf(rows: readonly number[]): ReadonlyMap<string, readonly Demo[]>
  /** Whether a row can be shown to some predictor. */
  has(row: number): boolean
}

/** Opens the harvest of a run. */
export const harvest = <Input, Output extends object, Row extends object>({
  program,
  train,
}: Pick<SearchRun<Input, Output, Row>, 'program' | 'train'>): Harvest => {
  const runs = new Map<number, ReadonlyMap<string, Demo>>()
  const isSimple = program.predictors.length === 1
  const labeled = (row: number, path: string): Demo | undefined => {
    const demo = asDemo(train[row] ?? {})
    const { inputs = [], outputs = [] } = program.predictors.find(predictor => predictor.path === path)?.signature ?? {}
    const knows = (name: string): boolean => Object.hasOwn(demo, name) && demo[name] !== undefined
    const isShowable = isSimple
      ? outputs.some(({ name }) => knows(name))
      : outputs.every(({ name }) => knows(name)) && inputs.some(({ name }) => knows(name))
    return isShowable ? demo : undefined
  }
  const demoOf = (row: number, path: string): Demo | undefined => {
    const own = runs.get(row)?.get(path)
    const label = labeled(row, path)
    // What a run adds to a label is reasoning; where it adds nothing, the label is the better witness.
    const adds =
      own !== undefined && Object.keys(own).some(name => name !== 'augmented' && !Object.hasOwn(label ?? {}, name))
    return label === undefined || adds ? own : label
  }

  return {
    add(observations) {
      for (const { part, row, passed, error, trace } of observations) {
        if (part !== 'train' || !passed || error !== undefined || trace.length === 0 || runs.has(row)) continue
        runs.set(row, new Map(trace.map(({ path, input, output }) => [path, { augmented: true, ...input, ...output }])))
      }
    },
    demosOf: rows =>
      new Map(
        program.predictors.map(
          ({ path }) =>
            [
              path,
              rows.flatMap((row): readonly Demo[] => {
                const demo = demoOf(row, path)
                return demo ? [demo] : []
              }),
            ] as const,
        ),
      ),
    has: row => program.predictors.some(({ path }) => demoOf(row, path) !== undefined),
  }
}
