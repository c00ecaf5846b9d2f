import type { ExampleResult } from '../evaluation/evaluate-example.ts'
import type { MetricResult, Trace } from '../evaluation/metric.ts'
import type { Context } from '../ports/context.ts'
import type { Sampling } from '../ports/language-model.ts'
import type { Candidate } from './candidate.ts'
import type { FailedStep, TraceCollector } from './collect-trace.ts'

/** Which rows: those to learn from, or those to choose by. */
export type Part = 'train' | 'dev'

/** One run of a candidate on one row. */
export interface Ask {
  readonly candidate: Candidate
  readonly part: Part
  /** The place of the row in its part. */
  readonly row: number
  /** Makes it a sample of its own beside others of the same row; such a sample is reused only for the same id. */
  readonly rolloutId?: string
  /** How to draw this sample, over the context's own. */
  readonly sampling?: Sampling
  /** Parts of the context that differ for this sample, another model within the budget say; `rolloutId` tells it apart. */
  readonly context?: Partial<Context>
}

/** What a candidate did with a row. */
export interface Observation extends MetricResult {
  /** The candidate that was asked for, by index. */
  readonly candidate: number
  readonly part: Part
  readonly row: number
  /** Absent when the program failed, and where it is long ago: only scores are kept forever. */
  readonly prediction?: object
  /** Why there is no prediction, or no score for it. */
  readonly error?: unknown
  /** What each predictor was asked and answered; empty where it is long ago. */
  readonly trace: Trace
  /** The predictors that failed, whatever the program made of it; absent where none did. */
  readonly failed?: readonly FailedStep[]
}

/** What an example came to, seen from a search. */
export const observationOf = (
  { candidate, part, row }: Ask,
  { index: _, example: __, usage: ___, ...result }: ExampleResult<object, object>,
  collector: Pick<TraceCollector, 'trace' | 'failures'>,
): Observation => {
  const failed = collector.failures()
  return {
    ...{ candidate: candidate.index, part, row },
    ...result,
    trace: collector.trace(),
    ...(failed.length > 0 && { failed }),
  }
}
