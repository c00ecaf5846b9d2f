import type { PromptOptions } from '../ports/adapter.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule } from '../ports/module.ts'

/**
 * A module with parts of its context fixed: a model of its own, a prompt format, sampling. They go before what the run's
 * context says; of the sampling, value by value. Paths and state are those of the module; the prompts its predictors
 * tell are those it would send.
 *
 * @example
 * const rag = program(
 *   'question -> answer',
 *   { hop: withContext(chainOfThought('question -> query'), { model: small }), answer: predict('context, question -> answer') },
 *   async ({ question }, { hop, answer }) => …,
 * )
 */
export const withContext = <Program extends AnyModule>(module: Program, fixed: Partial<Context>): Program => {
  const joined = (context: Context): Context => ({
    ...context,
    ...fixed,
    ...(fixed.sampling === undefined ? undefined : { sampling: { ...context.sampling, ...fixed.sampling } }),
  })
  const capabilities = fixed.model?.capabilities
  const prompting = (prompt: Prompt): Prompt => {
    const asked = { ...(fixed.adapter && { adapter: fixed.adapter }), ...(capabilities && { capabilities }) }
    return (input, options?: PromptOptions) => prompt(input, { ...options, ...asked })
  }
  const joinedModule: AnyModule = {
    ...module,
    ...(hasPrompt(module) ? { prompt: prompting(module.prompt) } : {}),
    predictors: module.predictors.map(predictor => ({ ...predictor, prompt: prompting(predictor.prompt) })),
    run: (input, context) => module.run(input, joined(context)),
    stream: (input, context) => module.stream(input, joined(context)),
    withState: state => withContext(module.withState(state), fixed),
  }
  return joinedModule as Program // The same members, of the same types.
}

type Prompt = AnyModule['predictors'][number]['prompt']

const hasPrompt = (module: AnyModule): module is AnyModule & { readonly prompt: Prompt } =>
  'prompt' in module && typeof module.prompt === 'function'
