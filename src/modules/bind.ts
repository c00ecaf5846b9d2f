import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'

/**
 * A module as a plain function of its input, with the context given once.
 *
 * @example
 * const ask = bind(predict('question -> answer'), { model })
 * const { answer } = await ask({ question: 'Capital of France?' })
 * const sure = await ask({ question: 'Capital of France?' }, { model: stronger })
 */
export const bind =
  <Input, Output>(module: Pick<Module<Input, Output>, 'run'>, context: Context) =>
  (input: Input, override?: Partial<Context>): Promise<Output> =>
    module.run(input, override === undefined ? context : { ...context, ...override })
