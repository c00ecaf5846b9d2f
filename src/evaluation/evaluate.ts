import type { Example } from '../data/example.ts'
import { mapConcurrently } from '../data/map-concurrently.ts'
import { derive } from '../data/seeded-random.ts'
import { type Task, task } from '../data/task.ts'
import { DataError } from '../errors/data-error.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import { type ExampleResult, evaluateExample } from './evaluate-example.ts'
import { type EvaluationResult, evaluationResult } from './evaluation-result.ts'
import type { Metric } from './metric.ts'
import { unanswered } from './unanswered.ts'

/** What to evaluate on, and the context to run in: at least a model. */
export interface EvaluateOptions<Row extends object, Output> extends Context {
  readonly examples: readonly Row[]
  readonly metric: Metric<Row, Output>
  /** Examples run at once; 8 when absent. */
  readonly concurrency?: number
  /** Of the confidence interval and of what the program draws; 0 when absent. */
  readonly seed?: number
  /** What an example counts whose run or metric failed; 0 when absent. */
  readonly failureScore?: number
}

export type EvaluationEvent<Row = Example, Output = unknown> =
  | { readonly type: 'evaluation-started'; readonly total: number }
  /** In the order of finishing; `result.index` says which example, `finished` how many are done. */
  | {
      readonly type: 'example-finished'
      readonly result: ExampleResult<Row, Output>
      readonly finished: number
      readonly total: number
    }
  | { readonly type: 'evaluation-finished'; readonly result: EvaluationResult<Row, Output> }

/**
 * Runs a program on examples and scores what it gives: iterate it for progress, await it for the result.
 *
 * 1. The result is the same at every concurrency, whoever finishes first.
 * 2. A failing example is a score (`failureScore`) and is counted in `failures`; a systemic error (wrong key, wrong
 *    setting, unknown model, missing label, spent quota or budget, full journal) is thrown, after what is in flight has
 *    ended.
 * 3. Where no example was answered at all, the error of the first one is thrown at the end: a server that is down, an
 *    option that the model refuses. An error that one input can cause alone ends nothing otherwise.
 * 4. An abort is thrown as it came; nothing more is sent.
 *
 * Differs from DSPy 3.4.1's `Evaluate`: the score is a mean in the metric's own scale, not a rounded percentage; there
 * is no count of errors after which an evaluation stops.
 *
 * @throws DataError `data/empty` when there are no examples; BudgetError, ConfigurationError, ModelError, RuntimeError,
 * StorageError as above
 * @example
 * const { score, low, high } = await evaluate(program, { examples: dev, metric: exactMatch(), model })
 */
export const evaluate = <Input, Output extends object, Row extends object>(
  program: Module<Input, Output>,
  { examples, metric, concurrency = 8, seed = 0, failureScore = 0, ...context }: EvaluateOptions<Row, Output>,
): Task<EvaluationEvent<Row, Output>, EvaluationResult<Row, Output>> =>
  task(async function* (leaving) {
    if (examples.length === 0) {
      throw new DataError('data/empty', 'Expected at least one example to evaluate on, got none.')
    }
    const signal = context.signal ? AbortSignal.any([context.signal, leaving]) : leaving
    const total = examples.length
    yield { type: 'evaluation-started', total }
    const working = mapConcurrently(examples, { concurrency, signal }, (example, index, signal) =>
      evaluateExample(program, example, {
        metric,
        index,
        failureScore,
        // Dice of its own for each example: shared ones would be drawn from in order of arrival.
        context: { ...context, signal, random: derive(seed, `example ${index}`) },
      }),
    )
    let finished = 0
    let step = await working.next()
    while (!step.done) {
      yield { type: 'example-finished', result: step.value.result, finished: ++finished, total }
      step = await working.next()
    }
    const nothing = unanswered(step.value)
    if (nothing !== undefined) throw nothing
    const result = evaluationResult(step.value, seed)
    yield { type: 'evaluation-finished', result }
    return result
  })
