import { isSystemic } from '../evaluation/is-systemic.ts'
import { type PooledDemo, withPool } from '../modules/demo-pool.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import { bootstrapDemos } from '../search/bootstrap-demos.ts'
import type { Spent } from '../search/budget.ts'
import { asDemo, withoutDemos } from '../search/demos.ts'
import { teacherContext } from '../search/few-shot.ts'
import { rowsThatFit } from '../search/rows-that-fit.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import type { KnnFewShotOptions } from './knn-few-shot.ts'

/** Predictor path to what it may be shown, in the order of the rows. */
export type DemosToShow = ReadonlyMap<string, readonly PooledDemo[]>

/**
 * Runs the training rows once and puts together what may be shown: of a row that was answered well that answer, of others
 * the label. A run of which no row was answered at all is an error.
 */
export async function* poolDemos<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { k, maxBootstrappedDemos, maxLabeledDemos, maxIterations = 1, metricThreshold, teacher }: KnnFewShotOptions,
): AsyncGenerator<SearchEvent, { readonly pool: DemosToShow; readonly cut: boolean }, undefined> {
  const { predictors } = run.program
  const labeled = Math.min(maxLabeledDemos ?? run.train.length, run.train.length)
  const bootstrapped = maxBootstrappedDemos ?? run.train.length
  const plan = {
    teacher: teacher?.state ?? teacherState(run, k, labeled),
    ...(teacher?.context && { context: teacherContext(run, teacher.context) }),
    rounds: maxIterations,
    threshold: metricThreshold,
    batchSize: 1,
    keep: run.scoringCost,
  }
  const byRow = new Map<number, ReadonlyMap<string, Demo>>()
  const before = run.meter.spent
  let [next, cut, isAnswered] = [0, false, run.candidates.length > 0]
  let failure: { readonly error: unknown } | undefined
  while (next < run.train.length && byRow.size < bootstrapped && !cut) {
    // By what rows may cost at most: a part that the budget cuts off counts for nothing.
    const cost = costOfRow(run, maxIterations, before, next)
    const size = rowsThatFit(run.train.length - next, run.meter, plan.keep, cost)
    const order = [...run.train.keys()].slice(next, next + size)
    next += size
    const trying = bootstrapDemos(run, { ...plan, order, count: Math.min(size, bootstrapped - byRow.size) })
    try {
      let step = await trying.next()
      for (; !step.done; step = await trying.next()) {
        isAnswered ||= step.value.type === 'demo-tried' && step.value.error === undefined
        yield step.value
      }
      for (const [row, demos] of step.value.byRow) byRow.set(row, demos)
      cut = step.value.cut
    } catch (error) {
      // Of a few rows none was answered: that says something only where it is so of all.
      if (run.context.signal?.aborted || isSystemic(error)) throw error
      failure ??= { error }
    }
  }
  if (failure !== undefined && !isAnswered) throw failure.error
  const pool = new Map<string, PooledDemo[]>(predictors.map(({ path }) => [path, []]))
  let left = labeled
  for (const [row, example] of run.train.entries()) {
    const made = byRow.get(row)
    if (made === undefined && left === 0) continue
    if (made === undefined) left -= 1
    for (const { path, signature } of predictors) {
      // A row that has nothing of what the predictor answers shows nothing.
      const isLabeled = signature.outputs.some(({ name }) => Object.hasOwn(example, name))
      const demo: Demo | undefined = made?.get(path) ?? (made === undefined && isLabeled ? asDemo(example) : undefined)
      if (demo !== undefined) pool.get(path)?.push({ input: inputOf(run, example), demo })
    }
  }
  return { pool, cut }
}

/** What trying a row takes: calls as if each predictor were asked twice, the rest by the rows tried so far. */
const costOfRow = <Input, Output extends object, Row extends object>(
  { program, scoring, scoringCost, meter }: SearchRun<Input, Output, Row>,
  rounds: number,
  before: Spent,
  tried: number,
): Spent => {
  const mean = (unit: 'tokens' | 'usd'): number =>
    tried > 0 ? (meter.spent[unit] - before[unit]) / tried : (scoringCost[unit] * rounds) / scoring.length
  return { calls: 2 * program.predictors.length * rounds, tokens: 2 * mean('tokens'), usd: 2 * mean('usd') }
}

/** The student that is shown labeled rows near its input; without those, as it is. */
const teacherState = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  k: number,
  labeled: number,
): ProgramState => {
  if (labeled === 0) return run.program.state
  const rows = run.train.map(example => ({ input: inputOf(run, example), demo: asDemo(example) }))
  return withPool(withoutDemos(run.program.state), k, () => rows)
}

const inputOf = <Input, Output extends object, Row extends object>(
  { program }: SearchRun<Input, Output, Row>,
  example: Row,
): Demo =>
  Object.fromEntries(
    Object.entries(example).filter(([name]) => program.signature.inputs.some(field => field.name === name)),
  )
