import { canonicalJson } from '../../src/data/index.ts'
import {
  addUsage,
  type Budget,
  type Context,
  costOf,
  type Example,
  type LanguageModel,
  noUsage,
  type OptimizationResult,
  type Optimizer,
  type OptimizerEvent,
  type ScoredCandidate,
  type Usage,
} from '../../src/index.ts'
import { isFailure, regressionWarning, stillFailing, type Warning } from '../../src/optimizers/index.ts'
import {
  type AfterSearch,
  budgetLeft,
  budgetOfSearch,
  type HeldOutScores,
  heldOutTest,
  type Score,
  scoresWithin,
} from './held-out-test.ts'
import type { GivenInstructions } from './instructions-from-file.ts'
import type { NamedMetric } from './metric-from-flags.ts'
import type { AnyProgram } from './program-from-flags.ts'

export interface OptimizationPlan {
  readonly program: AnyProgram
  readonly train: readonly Example[]
  readonly dev: readonly Example[]
  readonly test: readonly Example[] | undefined
  readonly metric: NamedMetric
  readonly optimizer: Optimizer
  /** Who writes instructions; the model of the context when absent. */
  readonly promptModel: LanguageModel | undefined
  readonly instructions: GivenInstructions
  /** Places in `dev` of rows that an earlier program got wrong. */
  readonly regressions: readonly number[]
  /** Of the whole command. */
  readonly budget: Budget
  readonly context: Context
  readonly concurrency: number
  readonly seed: number
}

export interface Watcher {
  readonly onEvent: (event: OptimizerEvent) => void
  /** The program is found; what comes after may fail and must not lose it. */
  readonly onFound: (found: Optimized) => Promise<void>
  readonly onTest: (done: number, total: number, about: string) => void
}

export interface Optimized {
  readonly result: OptimizationResult<Example, Example>
  /** On the development set; undefined when the budget ended within it. */
  readonly before: Score | undefined
  readonly after: Score | undefined
  /** Rows of the development set; a score on another number is what the optimizer reckons. */
  readonly chosenBy: number
  /** On the held-out set, where there is one. */
  readonly heldOut: HeldOutScores | undefined
  /** Rows that an earlier program got wrong, and those still wrong, by their place in the development set. */
  readonly regressions: { readonly rows: number; readonly failing: readonly number[] | undefined } | undefined
  /** Every score as it became known, of one candidate several where it was scored again on more rows. */
  readonly history: readonly ScoredCandidate[]
  /** Why candidates are out, by index. */
  readonly dropped: ReadonlyMap<number, string>
  /** What a person should know before trusting the result. */
  readonly warnings: readonly Warning[]
  readonly calls: number
  readonly cachedCalls: number
  readonly tokens: { readonly input: number; readonly output: number }
  readonly seconds: number
}

/** Optimizes a program and scores it before and after on what was held out, all within one budget. */
export const optimizeProgram = async (plan: OptimizationPlan, watcher: Watcher): Promise<Optimized> => {
  const { program, train, dev, test, metric, optimizer, promptModel, instructions, budget, context } = plan
  const { concurrency, seed } = plan
  const startedAt = Date.now()
  const secondsSince = (): number => (Date.now() - startedAt) / 1000
  const run = optimizer.optimize(program, {
    ...context,
    ...{ train, dev, metric: metric.metric, budget: budgetOfSearch(budget, test, program), concurrency, seed },
    ...(promptModel && { promptModel }),
    ...(instructions.length > 0 && { instructions }),
  })
  const dropped = new Map<number, string>()
  const history: ScoredCandidate[] = []
  for await (const event of run) {
    if (event.type === 'candidate-dropped') dropped.set(event.candidate, event.reason)
    if (event.type === 'candidate-evaluated') history.push(event.candidate)
    watcher.onEvent(event)
  }
  const result = await run
  const spending = (usage: Usage) => ({
    calls: usage.calls,
    cachedCalls: usage.cachedCalls,
    tokens: { input: usage.inputTokens, output: usage.outputTokens },
    seconds: secondsSince(),
  })
  const found: Optimized = {
    result,
    before: candidateScore(result.candidates, program.state),
    after: candidateScore(result.candidates, result.state),
    chosenBy: dev.length,
    heldOut: test && { before: undefined, after: undefined },
    ...{ regressions: undefined, dropped, history },
    warnings: result.warnings,
    ...spending(result.usage),
  }
  if (result.outcome === 'budget') return found
  await watcher.onFound(found)
  const left = (usage: Usage): AfterSearch => ({
    ...{ metric, context, concurrency, seed },
    budget: budgetLeft(budget, {
      calls: result.calls + usage.calls + usage.cachedCalls,
      tokens: result.tokens + usage.inputTokens + usage.outputTokens,
      usd: result.usd + (costOf(context.model.id, usage, budget.prices) ?? 0),
      seconds: secondsSince(),
    }),
  })
  const checked = await checkRegressions(plan, result, left)
  const tested =
    test &&
    (await heldOutTest({ ...left(checked.usage), rows: test, train, dev, found: result, onTest: watcher.onTest }))
  const usage = addUsage(result.usage, addUsage(checked.usage, tested?.usage ?? noUsage))
  return {
    ...found,
    ...(tested && {
      heldOut: { before: tested.before, after: tested.after, ...(tested.gain && { gain: tested.gain }) },
    }),
    regressions: checked.regressions,
    warnings: [...result.warnings, ...checked.warnings, ...(tested?.warnings ?? [])],
    ...spending(usage),
  }
}

/** Whether the result still fails what an earlier program failed: by the scores of the search, else by asking again. */
const checkRegressions = async (
  { train, dev, regressions: places }: OptimizationPlan,
  result: OptimizationResult<Example, Example>,
  left: (usage: Usage) => AfterSearch,
): Promise<Pick<Optimized, 'regressions' | 'warnings'> & { readonly usage: Usage }> => {
  if (places.length === 0) return { regressions: undefined, warnings: [], usage: noUsage }
  const known = stillFailing(result, { problem: { train, dev }, regressions: places })
  const rows = places.flatMap((place): readonly Example[] => dev.slice(place, place + 1))
  const asked = known === undefined ? await scoresWithin(result.program, rows, left(noUsage)) : undefined
  const failing = known ?? (asked?.scores && places.filter((_, index) => isFailure(asked.scores?.[index] ?? 0)))
  const warning = failing && regressionWarning(failing.length, places.length)
  return {
    regressions: { rows: places.length, failing },
    warnings: warning ? [warning] : [],
    usage: asked?.usage ?? noUsage,
  }
}

/** The last score of a state: some candidates are scored on more rows after they were scored on a few. */
const candidateScore = (candidates: readonly ScoredCandidate[], state: AnyProgram['state']): Score | undefined => {
  const wanted = canonicalJson(state)
  const found = candidates
    .filter(candidate => canonicalJson(candidate.state) === wanted)
    .reduce<ScoredCandidate | undefined>((last, next) => (last && last.calls > next.calls ? last : next), undefined)
  return found && { score: found.score, n: found.scores.length, low: found.low, high: found.high }
}
