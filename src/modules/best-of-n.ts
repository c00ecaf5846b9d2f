import type { Example } from '../data/example.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule, Module } from '../ports/module.ts'
import { composedModule } from './composed-module.ts'
import { bestTry, checkTries, type TriesOptions } from './tries.ts'

export type BestOfNOptions<Input, Output> = TriesOptions<Input, Output>

/**
 * Runs a module up to `n` times and takes the first prediction whose reward reaches the threshold, else the best one.
 * Its predictors stand under `module`.
 *
 * 1. Tries go one after the other, at temperature 1, each with a `rolloutId` of its own (`0`, `1`, …, below the one the
 *    context has) and, where the context has a seed, the seed plus its number.
 * 2. A try that fails is forgiven `failCount` times, `n` when absent; an abort, a spent budget, a refused key or an input
 *    that does not fit ends the run at once. The usage is that of all tries.
 * 3. While it is streamed, the fields of a try are told when it was taken.
 *
 * DSPy 3.4.1's `BestOfN`, but for two things: a run in which every try failed throws what the last one did, instead of
 * giving nothing, and what failed in one run is not counted in the next.
 *
 * @throws ConfigurationError `configuration/invalid` for options that make no sense, and for a reward that is no number
 * @example
 * const oneWord = bestOfN(chainOfThought('question -> answer'), {
 *   n: 3,
 *   reward: (_, { answer }) => !answer.includes(' '),
 *   threshold: 1,
 * })
 */
export const bestOfN = <Input, Output>(
  module: Module<Input, Output>,
  options: BestOfNOptions<NoInfer<Input>, NoInfer<Output>>,
): Module<Input, Output> => {
  checkTries(options as TriesOptions<never, never>)
  const made = composedModule({
    kind: 'best-of-n',
    signature: module.signature,
    children: { module: module as AnyModule },
    forward: (input, children, context) => {
      const { module: attempt } = children as { readonly module: BoundModule<Input, Output> }
      const typed = input as Input
      return bestTry({ ...options, input: typed, context, attempt: override => attempt(typed, override) })
    },
  })
  return made as Module<Example, unknown> as Module<Input, Output>
}

type BoundModule<Input, Output> = (input: Input, override: Partial<Context>) => Promise<Output>
