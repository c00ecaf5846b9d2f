import { meanInterval } from '../../src/evaluation/index.ts'
import { costOf, KkachiError, noUsage, type PriceList, type Usage } from '../../src/index.ts'
import type { Score } from './held-out-test.ts'
import { inFlags } from './in-flags.ts'
import { oneLine } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** What the rows that are scored come to. */
export interface Tally {
  readonly scores: number[]
  failures: number
  /** The first of what rows failed with. */
  failure: unknown
  usage: Usage
}

export const emptyTally = (): Tally => ({ scores: [], failures: 0, failure: undefined, usage: noUsage })

/** Says why rows failed, by the first that did: a score alone does not. */
export const tellFailure = (
  { scores, failures, failure }: Tally,
  terminal: Pick<Terminal, 'err'>,
  name?: string,
): void => {
  if (failures === 0) return
  const which = name === undefined ? '' : `${name}: `
  const code = KkachiError.is(failure) ? ` [${failure.code}]` : ''
  const reason = oneLine(inFlags(failure instanceof Error ? failure.message : String(failure)))
  terminal.err(`kkachi: ${which}${failures} of ${scores.length} examples failed, the first with: ${reason}${code}\n`)
}

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
