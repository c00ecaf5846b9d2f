import type { Task } from '../data/task.ts'
import type { Context } from '../ports/context.ts'
import { batch } from './batch.ts'
import type { FailingOptions, ManyOutcomes, ManyRunsOptions, RunEvent } from './many-runs.ts'
import type { AnyRunnable, InputFor, OutputFrom, Runnable } from './runnable.ts'

/** A module, or a child as `forward` gets it, and what it runs on. */
export type ParallelPairs<Runs extends readonly AnyRunnable[]> = {
  readonly [Place in keyof Runs]: readonly [run: Runs[Place], input: InputFor<Runs[Place]>]
}

/** What each of the pairs gives, in their order. */
export type ParallelOutputs<Runs extends readonly AnyRunnable[]> = {
  readonly [Place in keyof Runs]: OutputFrom<Runs[Place]>
}

/**
 * Runs modules, each on an input of its own, a bounded number at once; as `batch`, which runs one module on many inputs.
 *
 * @throws as `batch`
 * @see DSPy 3.4.1's `Parallel`
 * @example
 * const [{ label }, { summary }] = await parallel([[classify, { text }], [summarize, { text }]], { model })
 */
export function parallel<const Runs extends readonly AnyRunnable[]>(
  pairs: ParallelPairs<Runs>,
  context: Context,
  options: FailingOptions,
): Task<RunEvent<OutputFrom<Runs[number]>>, ManyOutcomes<OutputFrom<Runs[number]>>>
export function parallel<const Runs extends readonly AnyRunnable[]>(
  pairs: ParallelPairs<Runs>,
  context: Context,
  options?: ManyRunsOptions,
): Task<RunEvent<OutputFrom<Runs[number]>>, ParallelOutputs<Runs>>
export function parallel(
  pairs: readonly (readonly [run: Runnable<unknown, unknown>, input: unknown])[],
  context: Context,
  options: ManyRunsOptions | FailingOptions = {},
): Task<RunEvent<unknown>, ManyOutcomes<unknown> | readonly unknown[]> {
  // A bound child takes its signal as an override, so a pair is one.
  const run = ([made, input]: (typeof pairs)[number], override: Partial<Context> = {}): Promise<unknown> =>
    typeof made === 'function' ? made(input, override) : made.run(input, { ...context, ...override })
  return batch(run, pairs, context, options)
}
