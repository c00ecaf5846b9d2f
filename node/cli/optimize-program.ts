import { canonicalJson } from '../../src/data/index.ts'
import type {
  Budget,
  Context,
  Example,
  OptimizationResult,
  Optimizer,
  OptimizerEvent,
  ScoredCandidate,
} from '../../src/index.ts'
import { budgetLeft, budgetOfSearch, type HeldOutScores, heldOutTest, type Score } from './held-out-test.ts'
import type { NamedMetric } from './metric-from-flags.ts'
import type { AnyProgram } from './program-from-flags.ts'

export interface OptimizationPlan {
  readonly program: AnyProgram
  readonly train: readonly Example[]
  readonly dev: readonly Example[]
  readonly test: readonly Example[] | undefined
  readonly metric: NamedMetric
  readonly optimizer: Optimizer
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
  /** On the held-out set, where there is one. */
  readonly heldOut: HeldOutScores | undefined
  readonly calls: number
  readonly cachedCalls: number
  readonly tokens: { readonly input: number; readonly output: number }
  readonly seconds: number
}

/** Optimizes a program and scores it before and after on what was held out, all within one budget. */
export const optimizeProgram = async (plan: OptimizationPlan, watcher: Watcher): Promise<Optimized> => {
  const { program, train, dev, test, metric, optimizer, budget, context, concurrency, seed } = plan
  const startedAt = Date.now()
  const secondsSince = (): number => (Date.now() - startedAt) / 1000
  const run = optimizer.optimize(program, {
    ...context,
    ...{ train, dev, metric: metric.metric, budget: budgetOfSearch(budget, test, program), concurrency, seed },
  })
  for await (const event of run) watcher.onEvent(event)
  const result = await run
  const found: Optimized = {
    result,
    before: candidateScore(result.candidates, program.state),
    after: candidateScore(result.candidates, result.state),
    heldOut: test && { before: undefined, after: undefined },
    calls: result.usage.calls,
    cachedCalls: result.usage.cachedCalls,
    tokens: { input: result.usage.inputTokens, output: result.usage.outputTokens },
    seconds: secondsSince(),
  }
  if (result.outcome === 'budget') return found
  await watcher.onFound(found)
  if (test === undefined) return found
  const heldOut = await heldOutTest({
    ...{ rows: test, metric, context, concurrency, seed, onTest: watcher.onTest },
    ...{ before: program, after: result.program },
    budget: budgetLeft(budget, {
      calls: result.calls,
      tokens: result.tokens,
      usd: result.usd,
      seconds: secondsSince(),
    }),
  })
  return {
    ...found,
    heldOut,
    calls: found.calls + heldOut.usage.calls,
    cachedCalls: found.cachedCalls + heldOut.usage.cachedCalls,
    tokens: {
      input: found.tokens.input + heldOut.usage.inputTokens,
      output: found.tokens.output + heldOut.usage.outputTokens,
    },
    seconds: secondsSince(),
  }
}

const candidateScore = (candidates: readonly ScoredCandidate[], state: AnyProgram['state']): Score | undefined => {
  const wanted = canonicalJson(state)
  const found = candidates.find(candidate => canonicalJson(candidate.state) === wanted)
  return found && { score: found.score, n: found.scores.length, low: found.low, high: found.high }
}
