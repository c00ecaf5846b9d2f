import {
  type Budget,
  BudgetError,
  type Context,
  type EvaluationResult,
  type Example,
  evaluate,
  testReport,
  type Usage,
  usageLedger,
} from '../../src/index.ts'
import { budgetMeter, type Warning, withinBudget } from '../../src/optimizers/index.ts'
import type { NamedMetric } from './metric-from-flags.ts'
import type { Optimized } from './optimize-program.ts'
import type { AnyProgram } from './program-from-flags.ts'

/** A score with its 95 % interval. */
export type Score = {
  readonly score: number
  readonly n: number
  readonly low: number
  readonly high: number
}

/** A difference with its 95 % interval, row by row. */
export type Gain = Pick<Score, 'n' | 'low' | 'high'> & { readonly difference: number; readonly p: number }

/** What is left to spend once a program is found, and how to spend it. */
export interface AfterSearch {
  readonly metric: NamedMetric
  readonly context: Context
  readonly concurrency: number
  readonly seed: number
  /** What the search left. */
  readonly budget: Budget
}

type Found = Optimized['result']

export interface HeldOutTest extends AfterSearch {
  readonly rows: readonly Example[]
  readonly train: readonly Example[]
  readonly dev: readonly Example[]
  readonly found: Pick<Found, 'student' | 'program' | 'promptTokens'> & Partial<Pick<Found, 'score' | 'baseline'>>
  readonly onTest: (done: number, total: number, about: string) => void
}

/** A score is undefined where the budget ended before every row had one. */
export interface HeldOutScores {
  readonly before: Score | undefined
  readonly after: Score | undefined
  readonly gain?: Gain
}

/** Scores a program on rows that nothing was learned from or chosen by, before and after, as far as the budget goes. */
export const heldOutTest = async ({
  rows,
  train,
  dev,
  found,
  onTest,
  ...after
}: HeldOutTest): Promise<HeldOutScores & { readonly usage: Usage; readonly warnings: readonly Warning[] }> => {
  const { ledger, context } = within(after)
  const scores: { before: Score | undefined; after: Score | undefined } = { before: undefined, after: undefined }
  if (isNothing(after.budget)) return { ...scores, usage: ledger.total, warnings: [] }
  const { metric, concurrency, seed } = after
  const testing = testReport(found, { ...context, metric: metric.metric, concurrency, seed, test: rows, train, dev })
  try {
    for await (const event of testing) {
      if (event.type === 'example-tested')
        onTest(event.finished, event.total, `held-out test, ${event.program === 'student' ? 'before' : 'after'}`)
      else if (event.type === 'program-tested')
        scores[event.program === 'student' ? 'before' : 'after'] = scoreOf(event.result)
    }
    const { before, after: afterwards, gain, warnings } = await testing
    const { n, difference, low, high, p } = gain
    return {
      ...{ before: scoreOf(before), after: scoreOf(afterwards), gain: { n, difference, low, high, p } },
      ...{ usage: ledger.total, warnings },
    }
  } catch (error) {
    if (error instanceof BudgetError) return { ...scores, usage: ledger.total, warnings: [] }
    throw error
  }
}

/** The scores of a program on some rows, in their order; undefined where the budget ended before. */
export const scoresWithin = async (
  program: AnyProgram,
  rows: readonly Example[],
  after: AfterSearch,
): Promise<{ readonly scores: readonly number[] | undefined; readonly usage: Usage }> => {
  const { ledger, context } = within(after)
  const { metric, concurrency, seed } = after
  if (isNothing(after.budget)) return { scores: undefined, usage: ledger.total }
  try {
    const { results } = await evaluate(program, {
      ...context,
      examples: rows,
      metric: metric.metric,
      concurrency,
      seed,
    })
    return { scores: results.map(({ score }) => score), usage: ledger.total }
  } catch (error) {
    if (error instanceof BudgetError) return { scores: undefined, usage: ledger.total }
    throw error
  }
}

const within = ({ context, budget }: AfterSearch) => {
  const ledger = usageLedger(context.usage)
  const model = isNothing(budget) ? context.model : withinBudget(context.model, budgetMeter(budget))
  return { ledger, context: { ...context, model, usage: ledger } }
}

const isNothing = ({ calls = 1, tokens = 1, usd = 1, seconds = 1 }: Budget): boolean =>
  [calls, tokens, usd, seconds].some(limit => limit <= 0)

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
