import { canonicalJson } from '../../src/data/index.ts'
import {
  addUsage,
  type Budget,
  type Context,
  type EvaluationResult,
  type Example,
  evaluate,
  type OptimizationResult,
  type Optimizer,
  type OptimizerEvent,
  type ScoredCandidate,
  type Usage,
} from '../../src/index.ts'
import { budgetMeter, withinBudget } from '../../src/optimizers/index.ts'
import type { NamedMetric } from './metric-from-flags.ts'
import type { AnyProgram } from './program-from-flags.ts'

export interface OptimizationPlan {
  readonly program: AnyProgram
  readonly train: readonly Example[]
  readonly dev: readonly Example[]
  readonly test: readonly Example[] | undefined
  readonly metric: NamedMetric
  readonly optimizer: Optimizer
  readonly budget: Budget
  readonly context: Context
  readonly concurrency: number
  readonly seed: number
}

export interface Watcher {
  readonly onEvent: (event: OptimizerEvent) => void
  readonly onTest: (done: number, total: number, about: string) => void
}

/** A score with its 95 % interval. */
export type Score = {
  readonly score: number
  readonly n: number
  readonly low: number
  readonly high: number
}

export interface Optimized {
  readonly result: OptimizationResult<Example, Example>
  /** On the development set; undefined when the budget ended within it. */
  readonly before: Score | undefined
  readonly after: Score | undefined
  /** On the held-out set, where there is one and the budget held it. */
  readonly testBefore: Score | undefined
  readonly test: Score | undefined
  readonly calls: number
  readonly cachedCalls: number
  readonly tokens: { readonly input: number; readonly output: number }
  readonly seconds: number
}

/** Optimizes a program and scores it before and after on what was held out, all within one budget of calls. */
export const optimizeProgram = async (plan: OptimizationPlan, watcher: Watcher): Promise<Optimized> => {
  const { program, train, dev, test, metric, optimizer, budget, context, concurrency, seed } = plan
  const startedAt = Date.now()
  const run = optimizer.optimize(program, {
    ...context,
    train,
    dev,
    metric: metric.metric,
    budget: withReserve(plan),
    concurrency,
    seed,
  })
  for await (const event of run) watcher.onEvent(event)
  const result = await run
  let usage: Usage = result.usage
  let testBefore: Score | undefined
  let testAfter: Score | undefined
  if (test !== undefined && result.outcome !== 'budget') {
    const left = budget.calls === undefined ? {} : { calls: Math.max(1, budget.calls - result.calls) }
    const tested = { ...context, model: withinBudget(context.model, budgetMeter(left)) }
    const score = async (tried: AnyProgram, about: string): Promise<EvaluationResult> => {
      const evaluation = evaluate(tried, { ...tested, examples: test, metric: metric.metric, concurrency, seed })
      for await (const event of evaluation) {
        if (event.type === 'example-finished') watcher.onTest(event.finished, event.total, about)
      }
      const evaluated = await evaluation
      usage = addUsage(usage, evaluated.usage)
      return evaluated
    }
    testBefore = scoreOf(await score(program, 'held-out test, before'))
    testAfter = scoreOf(await score(result.program, 'held-out test, after'))
  }
  return {
    result,
    before: candidateScore(result.candidates, program.state),
    after: candidateScore(result.candidates, result.state),
    testBefore,
    test: testAfter,
    calls: usage.calls,
    cachedCalls: usage.cachedCalls,
    tokens: { input: usage.inputTokens, output: usage.outputTokens },
    seconds: (Date.now() - startedAt) / 1000,
  }
}

/** The budget of the search: the calls without those the held-out test will take, every answer asked for twice at worst. */
const withReserve = ({ budget, test, program }: OptimizationPlan): Budget => {
  if (budget.calls === undefined || test === undefined) return budget
  const reserve = 2 * 2 * test.length * Math.max(1, program.predictors.length)
  return { ...budget, calls: Math.max(1, budget.calls - reserve) }
}

const candidateScore = (candidates: readonly ScoredCandidate[], state: AnyProgram['state']): Score | undefined => {
  const wanted = canonicalJson(state)
  const found = candidates.find(candidate => canonicalJson(candidate.state) === wanted)
  return found && { score: found.score, n: found.scores.length, low: found.low, high: found.high }
}

const scoreOf = ({ score, n, low, high }: EvaluationResult): Score => ({ score, n, low, high })
