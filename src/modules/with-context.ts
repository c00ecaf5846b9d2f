import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'

/**
 * A module with parts of its context fixed: a model of its own, a prompt format, sampling. They go before what the run's
 * context says; of the sampling, value by value. Paths, predictors and state are those of the module.
 *
 * @example
 * const rag = program(
 *   'question -> answer',
 *   { hop: withContext(chainOfThought('question -> query'), { model: small }), answer: predict('context, question -> answer') },
 *   async ({ question }, { hop, answer }) => …,
 * )
 */
export const withContext = <Input, Output>(
  module: Module<Input, Output>,
  fixed: Partial<Context>,
): Module<Input, Output> => {
  const joined = (context: Context): Context => ({
    ...context,
    ...fixed,
    ...(fixed.sampling === undefined ? undefined : { sampling: { ...context.sampling, ...fixed.sampling } }),
  })
  return {
    kind: module.kind,
    signature: module.signature,
    predictors: module.predictors,
    state: module.state,
    run: (input, context) => module.run(input, joined(context)),
    stream: (input, context) => module.stream(input, joined(context)),
    withState: state => withContext(module.withState(state), fixed),
  }
}
