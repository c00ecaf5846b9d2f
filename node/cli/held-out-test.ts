import {
  type Budget,
  BudgetError,
  type Context,
  type EvaluationResult,
  type Example,
  evaluate,
  type Usage,
  usageLedger,
} from '../../src/index.ts'
import { budgetMeter, withinBudget } from '../../src/optimizers/index.ts'
import type { NamedMetric } from './metric-from-flags.ts'
import type { AnyProgram } from './program-from-flags.ts'

/** A score with its 95 % interval. */
export type Score = {
  readonly score: number
  readonly n: number
  readonly low: number
  readonly high: number
}

export interface HeldOutTest {
  readonly rows: readonly Example[]
  readonly before: AnyProgram
  readonly after: AnyProgram
  readonly metric: NamedMetric
  readonly context: Context
  readonly concurrency: number
  readonly seed: number
  /** What the search left. */
  readonly budget: Budget
  readonly onTest: (done: number, total: number, about: string) => void
}

/** A score is undefined where the budget ended before every row had one. */
export interface HeldOutScores {
  readonly before: Score | undefined
  readonly after: Score | undefined
}

/** Scores a program on rows that nothing was learned from or chosen by, before and after, as far as the budget goes. */
export const heldOutTest = async (test: HeldOutTest): Promise<HeldOutScores & { readonly usage: Usage }> => {
  const { rows, metric, concurrency, seed, budget, onTest } = test
  const ledger = usageLedger(test.context.usage)
  const { calls = 1, tokens = 1, usd = 1, seconds = 1 } = budget
  const nothingLeft = [calls, tokens, usd, seconds].some(limit => limit <= 0)
  if (nothingLeft) return { before: undefined, after: undefined, usage: ledger.total }
  const model = withinBudget(test.context.model, budgetMeter(budget))
  const context = { ...test.context, model, usage: ledger, concurrency, seed }
  const score = async (program: AnyProgram, about: string): Promise<Score | undefined> => {
    try {
      const evaluation = evaluate(program, { ...context, examples: rows, metric: metric.metric })
      for await (const event of evaluation) {
        if (event.type === 'example-finished') onTest(event.finished, event.total, about)
      }
      return scoreOf(await evaluation)
    } catch (error) {
      if (error instanceof BudgetError) return undefined
      throw error
    }
  }
  const before = await score(test.before, 'held-out test, before')
  const after = before && (await score(test.after, 'held-out test, after'))
  return { before, after, usage: ledger.total }
}

/** What of a budget is left; 0 or less where nothing is. */
export const budgetLeft = (
  { calls, tokens, usd, seconds, ...rest }: Budget,
  spent: { readonly calls: number; readonly tokens: number; readonly usd: number; readonly seconds: number },
): Budget => ({
  ...rest,
  ...(calls !== undefined && { calls: calls - spent.calls }),
  ...(tokens !== undefined && { tokens: tokens - spent.tokens }),
  ...(usd !== undefined && { usd: usd - spent.usd }),
  ...(seconds !== undefined && { seconds: seconds - spent.seconds }),
})

/**
 * What the search may spend, so that something is left for the held-out test: of the calls those the test takes at worst,
 * when every answer is asked for twice, and no more than half; of tokens, money and time a quarter.
 */
export const budgetOfSearch = (budget: Budget, rows: readonly Example[] | undefined, program: AnyProgram): Budget => {
  if (rows === undefined) return budget
  const callsOfTest = 2 * 2 * rows.length * Math.max(1, program.predictors.length)
  return budgetLeft(budget, {
    calls: Math.min(callsOfTest, Math.floor((budget.calls ?? 0) / 2)),
    tokens: Math.floor((budget.tokens ?? 0) / 4),
    usd: (budget.usd ?? 0) / 4,
    seconds: (budget.seconds ?? 0) / 4,
  })
}

const scoreOf = ({ score, n, low, high }: EvaluationResult): Score => ({ score, n, low, high })
