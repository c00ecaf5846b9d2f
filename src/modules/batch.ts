import { type Task, task } from '../data/task.ts'
import type { Context } from '../ports/context.ts'
import { type FailingOptions, type ManyOutcomes, type ManyRunsOptions, manyRuns, type RunEvent } from './many-runs.ts'
import type { Runnable } from './runnable.ts'

/**
 * Runs a module, or a child as `forward` gets it, on many inputs, a bounded number at once. Await it for the predictions,
 * in the order of the inputs; iterate it for each as it ends.
 *
 * 1. The first failure ends everything: nothing more is begun, and it is thrown when what runs has ended. With
 *    `returnFailed`, failures are told beside the predictions, until there are `maxErrors`; an abort, a wrong setting, a
 *    refused key and a spent budget end everything even then.
 * 2. Nothing starts before it is awaited or iterated; leaving the iteration aborts what runs.
 *
 * As DSPy 3.4.1's `Module.batch`, but that failures are never silent, and that no run is begun twice unless `stragglerMs`
 * asks for it (there: after 120 s).
 *
 * @throws RangeError for a concurrency under 1; ModelError `model/timeout` after `deadlineMs`
 * @example
 * const predictions = await batch(classify, texts.map(text => ({ text })), { model }, { concurrency: 16 })
 * @example
 * const { predictions, failures } = await batch(classify, inputs, { model }, { returnFailed: true })
 */
export function batch<Input, Output>(
  module: Runnable<Input, Output>,
  inputs: readonly NoInfer<Input>[],
  context: Context,
  options: FailingOptions,
): Task<RunEvent<Output>, ManyOutcomes<Output>>
export function batch<Input, Output>(
  module: Runnable<Input, Output>,
  inputs: readonly NoInfer<Input>[],
  context: Context,
  options?: ManyRunsOptions,
): Task<RunEvent<Output>, readonly Output[]>
export function batch<Input, Output>(
  module: Runnable<Input, Output>,
  inputs: readonly Input[],
  context: Context,
  options: ManyRunsOptions | FailingOptions = {},
): Task<RunEvent<Output>, ManyOutcomes<Output> | readonly Output[]> {
  return task(async function* (leaving) {
    const signal = context.signal === undefined ? leaving : AbortSignal.any([context.signal, leaving])
    const outcomes = yield* manyRuns(
      inputs.length,
      async (index, own) => {
        const input = inputs[index] as Input
        return typeof module === 'function'
          ? module(input, { signal: own })
          : module.run(input, { ...context, signal: own })
      },
      context,
      options,
      signal,
    )
    // Without returnFailed a failure was thrown, and every place has its prediction.
    return 'returnFailed' in options && options.returnFailed ? outcomes : (outcomes.predictions as readonly Output[])
  })
}
