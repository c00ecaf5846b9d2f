import { canonicalJson } from '../data/canonical-json.ts'
import { mapConcurrently } from '../data/map-concurrently.ts'
import { derive } from '../data/seeded-random.ts'
import { type ExampleResult, evaluateExample } from '../evaluation/evaluate-example.ts'
import type { Trace } from '../evaluation/metric.ts'
import { unanswered } from '../evaluation/unanswered.ts'
import type { Context } from '../ports/context.ts'
import type { Demo, Module, ProgramState } from '../ports/module.ts'
import type { Spent } from './budget.ts'
import { collectTrace } from './collect-trace.ts'
import { isSpent } from './is-spent.ts'
import { rowsThatFit } from './rows-that-fit.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { withoutRow } from './without-row.ts'

export interface BootstrapPlan {
  /** What the teacher knows. */
  readonly teacher: ProgramState
  /** What the teacher runs in; the run's own context when absent. */
  readonly context?: Context
  /** The rows to try, in this order, by their place in the training set. */
  readonly order: readonly number[]
  /** Rows to make demos of, at most. */
  readonly count: number
  /** Times a row is tried, the later ones at temperature 1. */
  readonly rounds: number
  /** The score from which a run becomes a demo; what the metric says has passed when absent. */
  readonly threshold: number | undefined
  /** Rows tried at once even when fewer demos are missing. */
  readonly batchSize: number
  /** What to leave unspent. */
  readonly keep: Spent
  /** Rows of the order to try, at most; all when absent. */
  readonly tries?: number | undefined
  /** What this teacher did before in this run: none of its rows is tried again, and those tried now are added. */
  readonly known?: Map<number, readonly Attempt[]> | undefined
}

/** What came of it. */
export interface BootstrappedDemos {
  /** Predictor path to demos, in the order of the rows. */
  readonly demos: ReadonlyMap<string, readonly Demo[]>
  /** The rows that became demos. */
  readonly rows: ReadonlySet<number>
  /** Each of these rows to its demos by predictor path. */
  readonly byRow: ReadonlyMap<number, ReadonlyMap<string, Demo>>
  /** Whether the budget ended before enough were found. */
  readonly cut: boolean
}

/**
 * Lets a teacher answer training rows and keeps the traces of its good runs as demos.
 *
 * Rows are tried in batches of as many as demos are still missing, as far as the budget goes. Row by row would try each of
 * them too, so nothing is tried in vain, and the batch is free to run at once. Results count in the order of the rows: the demos are the same at
 * every concurrency and every batch size. A batch the budget cuts off counts for nothing.
 *
 * A teacher who answered no row at all is an error, unless it is the student and a candidate of it was answered before.
 */
export async function* bootstrapDemos<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  plan: BootstrapPlan,
): AsyncGenerator<SearchEvent, BootstrappedDemos, undefined> {
  const demos = new Map<string, Demo[]>()
  const byRow = new Map<number, ReadonlyMap<string, Demo>>()
  const rows = new Set<number>()
  const context = plan.context ?? run.context
  const spentBefore = run.meter.spent
  const outcomes: ExampleResult<object>[] = []
  const known = plan.known ?? new Map<number, readonly Attempt[]>()
  const order = plan.order.slice(0, plan.tries)
  let next = 0
  let paidFor = 0
  while (rows.size < plan.count && next < order.length) {
    const wanted = Math.max(plan.count - rows.size, plan.batchSize)
    const size = rowsThatFit(wanted, run.meter, plan.keep, costOfRow(run, plan, spentBefore, paidFor))
    const batch = order.slice(next, next + size)
    const fresh = batch.filter(row => !known.has(row))
    next += batch.length
    paidFor += fresh.length
    const step = run.meter.step(plan.keep)
    const tried = await triedRows(run, plan, context, fresh).catch((error: unknown) => {
      if (isSpent(error) && step.cut) return []
      throw error
    })
    if (step.cut) return { demos, rows, byRow, cut: true }
    for (const [place, attempts] of tried.entries()) known.set(fresh[place] ?? 0, attempts)
    for (const row of batch) {
      if (rows.size >= plan.count) break
      const attempts = known.get(row) ?? []
      const isFresh = fresh.includes(row)
      if (isFresh) outcomes.push(...attempts.map(({ result }) => result))
      for (const [round, attempt] of attempts.entries()) {
        if (!isFresh) break
        run.record.add({ part: 'train', row, ...attempt.result, trace: attempt.accepted ?? [] })
        yield demoTried(row, round, attempt)
      }
      const trace = attempts.at(-1)?.accepted
      if (trace === undefined) continue
      rows.add(row)
      const made = demosOf(trace, run.seed)
      byRow.set(row, made)
      for (const [path, demo] of made) demos.set(path, [...(demos.get(path) ?? []), demo])
    }
  }
  const mayBeDown = run.candidates.length === 0 || plan.context !== undefined
  const nothing = mayBeDown ? unanswered(outcomes) : undefined
  if (nothing !== undefined) throw nothing
  return { demos, rows, byRow, cut: false }
}

/** What trying a row takes: as far as it is known, the mean of those tried; before that, all its rounds. */
const costOfRow = <Input, Output extends object, Row extends object>(
  { program, meter, scoring, scoringCost }: SearchRun<Input, Output, Row>,
  { rounds }: BootstrapPlan,
  before: Spent,
  tried: number,
): Spent =>
  tried > 0
    ? {
        calls: (meter.spent.calls - before.calls) / tried,
        tokens: (meter.spent.tokens - before.tokens) / tried,
        usd: (meter.spent.usd - before.usd) / tried,
      }
    : {
        calls: program.predictors.length * rounds,
        tokens: (scoringCost.tokens / scoring.length) * rounds,
        usd: (scoringCost.usd / scoring.length) * rounds,
      }

/** One run of the teacher; `accepted` is its trace when it is good enough. */
export interface Attempt {
  readonly result: ExampleResult<object>
  readonly accepted?: Trace
}

/** The attempts at each row of a batch. */
const triedRows = async <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  plan: BootstrapPlan,
  context: Context,
  batch: readonly number[],
): Promise<readonly (readonly Attempt[])[]> => {
  const teacher = run.program.withState(plan.teacher)
  const unseen = withoutRow(run.program.signature.inputs.map(field => field.name))
  const working = mapConcurrently(
    batch,
    { concurrency: run.concurrency, signal: context.signal },
    async (index, _, signal) => {
      const row = run.train[index] as Row
      const shown = unseen(plan.teacher, row)
      const pupil = shown === plan.teacher ? teacher : teacher.withState(shown)
      const attempts: Attempt[] = []
      for (let round = 0; round < plan.rounds && attempts.at(-1)?.accepted === undefined; round += 1) {
        attempts.push(
          await attemptRow(run, pupil, row, { ...roundContext(context, round, index, run.seed), signal }, plan),
        )
      }
      return attempts
    },
  )
  let step = await working.next()
  while (!step.done) step = await working.next()
  return step.value
}

const attemptRow = async <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  pupil: Module<Input, Output>,
  row: Row,
  context: Context,
  { threshold }: BootstrapPlan,
): Promise<Attempt> => {
  const collector = collectTrace(context.tracer)
  const result = await evaluateExample(pupil, row, {
    metric: run.metric,
    context: { ...context, tracer: collector.tracer },
    index: 0,
    failureScore: 0,
    trace: collector.trace,
  })
  const isGood = result.error === undefined && (threshold === undefined ? result.passed : result.score >= threshold)
  return isGood ? { result, accepted: collector.trace() } : { result }
}

/** The first round is the context's own; each later one is a sample of its own at temperature 1, as in DSPy. */
const roundContext = (context: Context, round: number, row: number, seed: number): Context => {
  const random = derive(seed, `bootstrap row ${row} round ${round}`)
  if (round === 0) return { ...context, random }
  const rolloutId = `${context.rolloutId === undefined ? '' : `${context.rolloutId} `}bootstrap round ${round}`
  return { ...context, random, rolloutId, sampling: { ...context.sampling, temperature: 1 } }
}

/** One demo for each predictor of a trace; of several calls the last half of the time, else one of the earlier. */
const demosOf = (trace: Trace, seed: number): Map<string, Demo> => {
  const calls = new Map<string, Demo[]>()
  for (const { path, input, output } of trace) {
    calls.set(path, [...(calls.get(path) ?? []), { augmented: true, ...input, ...output }])
  }
  return new Map(Array.from(calls, ([path, demos]) => [path, chosen(demos, path, seed)]))
}

const chosen = (demos: readonly Demo[], path: string, seed: number): Demo => {
  const last = demos.at(-1) ?? {}
  if (demos.length < 2) return last
  const random = derive(seed, canonicalJson([path, demos]))
  return random.random() < 0.5 ? random.choice(demos.slice(0, -1)) : last
}

const demoTried = (row: number, round: number, { result, accepted }: Attempt): SearchEvent => ({
  type: 'demo-tried',
  row,
  round,
  accepted: accepted !== undefined,
  score: result.score,
  ...(result.error !== undefined && {
    error: result.error instanceof Error ? result.error.message : String(result.error),
  }),
})
