/** What model calls cost, summed over everything that was sent on behalf of one result. */
export interface Usage {
  /** Calls that reached a model and answered. */
  readonly calls: number
  /** Calls answered from a cache or journal; they add no tokens. */
  readonly cachedCalls: number
  /** Requests sent, retries and re-asks included. */
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** The part of `outputTokens` spent on hidden reasoning. */
  readonly reasoningTokens: number
  /** The part of `inputTokens` that the provider read from its own cache, where it tells. */
  readonly cacheReadTokens?: number
  /** The part of `inputTokens` that the provider wrote into its own cache, where it tells. */
  readonly cacheWriteTokens?: number
}

export const noUsage: Usage = {
  calls: 0,
  cachedCalls: 0,
  attempts: 0,
  inputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
}

/** The sum of two usages. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  calls: a.calls + b.calls,
  cachedCalls: a.cachedCalls + b.cachedCalls,
  attempts: a.attempts + b.attempts,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  ...told('cacheReadTokens', a, b),
  ...told('cacheWriteTokens', a, b),
})

/** What few providers tell stays absent where nobody told it. */
const told = (count: 'cacheReadTokens' | 'cacheWriteTokens', a: Usage, b: Usage): Partial<Usage> =>
  a[count] === undefined && b[count] === undefined ? {} : { [count]: (a[count] ?? 0) + (b[count] ?? 0) }
