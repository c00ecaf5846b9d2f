import { meanInterval } from '../../src/evaluation/index.ts'
import { costOf, noUsage, type PriceList, type Usage } from '../../src/index.ts'
import type { Score } from './held-out-test.ts'

/** What the rows that are scored come to. */
export interface Tally {
  readonly scores: number[]
  failures: number
  usage: Usage
}

export const emptyTally = (): Tally => ({ scores: [], failures: 0, usage: noUsage })

/** A tally as it is told. */
export interface Figures extends Score {
  readonly failures: number
  readonly calls: number
  readonly cachedCalls: number
  readonly tokens: { readonly input: number; readonly output: number }
  /** US dollars, where the price of the model is known. */
  readonly cost?: number
}

/** The mean with its interval, and what the rows cost. */
export const figuresOf = (
  { scores, failures, usage }: Tally,
  model: string,
  prices: PriceList | undefined,
): Figures => {
  const { mean, low, high, n } = meanInterval(scores)
  const cost = costOf(model, usage, prices)
  return {
    score: mean,
    n,
    low,
    high,
    failures,
    calls: usage.calls,
    cachedCalls: usage.cachedCalls,
    tokens: { input: usage.inputTokens, output: usage.outputTokens },
    ...(cost === undefined ? {} : { cost }),
  }
}
