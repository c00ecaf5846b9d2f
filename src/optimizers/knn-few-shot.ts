import { task } from '../data/task.ts'
import type { UsageLedger } from '../data/usage-ledger.ts'
import { type PooledDemo, withPool } from '../modules/demo-pool.ts'
import { knnDemos } from '../modules/knn-demos.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import { cachedEmbedder } from '../retrieval/cached-embedder.ts'
import { bootstrapDemos } from '../search/bootstrap-demos.ts'
import { asDemo, withoutDemos } from '../search/demos.ts'
import { type Teacher, teacherContext } from '../search/few-shot.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { confirmOnDev } from './confirm-on-dev.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface KnnFewShotOptions {
  /** Rows shown at each call, at most. */
  readonly k: number
  readonly embedder: Embedder
  /** Rows whose own good runs become demos, at most; all of the training set when absent, 0 runs nothing. */
  readonly maxBootstrappedDemos?: number
  /** Rows that are shown as they are labeled, at most, of those that did not become one; all when absent. */
  readonly maxLabeledDemos?: number
  /** Times a row is tried until it succeeds; from the second on at temperature 1. */
  readonly maxIterations?: number // dspy 3.4.1: max_rounds=1
  /** The score from which a run becomes a demo; what the metric says has passed when absent. */
  readonly metricThreshold?: number // dspy 3.4.1: None
  /** Who makes the demos; the student that is shown the nearest labeled rows when absent. */
  readonly teacher?: Teacher
  readonly seed?: number // dspy 3.4.1: 0
  /** Where what embedding costs is added up: it is not in the usage and the budget of the run. */
  readonly usage?: UsageLedger
}

/**
 * Shows each input its nearest training rows as demos: those the program answered well as it answered them, the others as
 * they are labeled. The program of the result is `knnDemos` of the student, and what it learned is data: a program file
 * carries the rows, and `knnDemos(await loadProgram(text), { embedder })` brings it back elsewhere.
 *
 * Costs at most `maxIterations` runs of the program for each training row, once; nothing but one embedding at a call. The
 * student's own demos stay in front.
 *
 * Differs from DSPy 3.4.1 (`KNNFewShot`):
 * - rows are bootstrapped once, over the whole training set, where DSPy runs the program anew on the neighbors of every
 *   single input; the limits of demos are therefore of the whole set, and `k` is the limit of a call;
 * - the teacher of a row is shown its nearest labeled rows, never the row itself;
 * - the result can be saved;
 * - with a development set the student and the result are scored on it, and the result is kept only if it is better; there
 *   a row with the inputs of a training row is not shown that row.
 *
 * @see Liu et al. 2022, arXiv:2101.06804, for demos that are near the input
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const { program } = await knnFewShot({ k: 3, embedder }).optimize(student, { train, dev, metric, model })
 */
export const knnFewShot = (options: KnnFewShotOptions): Optimizer => {
  const { k, embedder, seed = 0, usage } = options
  whole('k', k, 1)
  whole('maxBootstrappedDemos', options.maxBootstrappedDemos ?? 0, 0)
  whole('maxLabeledDemos', options.maxLabeledDemos ?? 0, 0)
  whole('maxIterations', options.maxIterations ?? 1, 1)
  wholeSeed(seed)
  const name = 'knn-few-shot'
  const search = optimization(name, seed, run =>
    confirmOnDev(run, async function* () {
      const { pool, cut } = yield* pooled(run, options)
      const isEmpty = [...pool.values()].every(demos => demos.length === 0)
      if (isEmpty) return { label: name, cut }
      return { label: name, state: withPool(run.program.state, k, path => pool.get(path) ?? []), cut }
    }),
  )
  return {
    name,
    optimize: (program, problem) =>
      task(async function* (leaving) {
        // Candidates come and go, the rows stay: their vectors are asked for once.
        const shared = { k, embedder: cachedEmbedder(embedder), ...(usage && { usage }) }
        const signal = problem.signal ? AbortSignal.any([problem.signal, leaving]) : leaving
        const run = search.optimize(knnDemos(program, { ...shared, sameInput: 'hide' }), { ...problem, signal })
        for await (const event of run) yield event
        const result = await run
        return { ...result, program: knnDemos(program, shared).withState(result.state) }
      }),
  }
}

/** Predictor path to what it may be shown, in the order of the rows. */
type Pool = ReadonlyMap<string, readonly PooledDemo[]>

async function* pooled<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { k, maxBootstrappedDemos, maxLabeledDemos, maxIterations = 1, metricThreshold, teacher }: KnnFewShotOptions,
): AsyncGenerator<SearchEvent, { readonly pool: Pool; readonly cut: boolean }, undefined> {
  const { predictors } = run.program
  const labeled = Math.min(maxLabeledDemos ?? run.train.length, run.train.length)
  const bootstrapped = maxBootstrappedDemos ?? run.train.length
  const { byRow, cut } = yield* bootstrapDemos(run, {
    teacher: teacher?.state ?? teacherState(run, k, labeled),
    ...(teacher?.context && { context: teacherContext(run, teacher.context) }),
    order: [...run.train.keys()],
    count: bootstrapped,
    rounds: maxIterations,
    threshold: metricThreshold,
    batchSize: 1,
    keep: run.scoringCost,
  })
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
