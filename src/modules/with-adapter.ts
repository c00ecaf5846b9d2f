import type { Adapter, PromptOptions } from '../ports/adapter.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule, ProgramState } from '../ports/module.ts'

/**
 * The same program, always asking in one prompt format, whatever the context says. What it learns stays its own:
 * `withState` gives another program of this format.
 *
 * @example
 * const extract = withAdapter(predict('text -> people: string[]'), json)
 */
export const withAdapter = <Program extends AnyModule>(program: Program, adapter: Adapter): Program => {
  const asking = (context: Context): Context => ({ ...context, adapter })
  const prompting = <Input, Prompt>(prompt: (input: Input, options?: PromptOptions) => Prompt) => {
    return (input: Input, options?: PromptOptions): Prompt => prompt(input, { ...options, adapter })
  }
  const wrapped: AnyModule = {
    ...program,
    ...(hasPrompt(program) ? { prompt: prompting(program.prompt) } : {}),
    predictors: program.predictors.map(predictor => ({ ...predictor, prompt: prompting(predictor.prompt) })),
    run: (input, context) => program.run(input, asking(context)),
    stream: (input, context) => program.stream(input, asking(context)),
    withState: (state: ProgramState) => withAdapter(program.withState(state), adapter),
  }
  return wrapped as Program // The same members, of the same types.
}

const hasPrompt = (program: AnyModule): program is AnyModule & { prompt: AnyModule['predictors'][number]['prompt'] } =>
  'prompt' in program && typeof program.prompt === 'function'
