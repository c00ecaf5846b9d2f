import type { Example } from '../data/example.ts'
import { addUsage, noUsage, type Usage } from '../data/usage.ts'
import type { ExampleResult } from './evaluate-example.ts'
import { meanInterval } from './statistics.ts'

/** How good a program is on some data. */
export interface EvaluationResult<Row = Example, Output = unknown> {
  /** The mean over all examples, failures included. */
  readonly score: number
  /** The 95 % confidence interval of the score. */
  readonly low: number
  readonly high: number
  /** The number of examples. */
  readonly n: number
  /** The examples that have no score of their own because the program or the metric failed. */
  readonly failures: number
  /** In the order of the examples. */
  readonly results: readonly ExampleResult<Row, Output>[]
  readonly usage: Usage
}

/** Adds up the results of examples. */
export const evaluationResult = <Row, Output>(
  results: readonly ExampleResult<Row, Output>[],
  seed: number,
): EvaluationResult<Row, Output> => {
  const { mean, low, high, n } = meanInterval(
    results.map(result => result.score),
    { seed },
  )
  return {
    score: mean,
    low,
    high,
    n,
    failures: results.filter(result => result.error !== undefined).length,
    results,
    usage: results.reduce((total, result) => addUsage(total, result.usage), noUsage),
  }
}
