import { fieldLines } from '../adapters/field-lines.ts'
import type { Example } from '../data/example.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule, Module, Predictor } from '../ports/module.ts'
import type { Signature } from '../signature/signature.ts'
import { plainValue } from '../tracing/plain-value.ts'
import { collectTrace, type TraceStep } from './collect-trace.ts'
import { composedModule } from './composed-module.ts'
import { holdEvents } from './held-events.ts'
import { type Hints, hintedAdapter } from './hinted-adapter.ts'
import { predict } from './predict.ts'
import { joinPath, self } from './predictor-path.ts'
import { type HookedContext, hooked, promptHook } from './prompt-hook.ts'
import { bestTry, checkTries, type Tried, type TriesOptions } from './tries.ts'
import { refineWording } from './wording.ts'

export interface RefineOptions<Input, Output> extends TriesOptions<Input, Output> {
  /** What the adviser is told about the reward, in words; the source text of `reward` when absent. */
  readonly rewardRule?: string
  /** Parts of the context that are others when advice is asked for: a stronger model, its sampling. */
  readonly adviser?: Partial<Context>
}

/**
 * As `bestOfN`; and before each further try a model reads what the predictors did and advises each of those that kept
 * the reward down. The advice reaches a predictor as a last input, `hint_`, whatever the prompt format; nothing of the
 * module is changed. The module's predictors stand under `module`; the adviser is none of them and learns nothing.
 *
 * 1. The adviser is told the names, instructions and fields of the predictors, what each was asked and answered, the
 *    input, the output, its reward, the threshold and `rewardRule`. Of long texts it sees the beginning, of bytes how many.
 * 2. A run makes up to `n` tries and `n - 1` calls for advice, which count like failed tries when they fail; the next try
 *    then has the advice of before.
 *
 * DSPy 3.4.1's `Refine`, with these differences beside those of `bestOfN`: the program's source code is not shown; a
 * predictor without advice gets no hint at all.
 *
 * @throws ConfigurationError `configuration/invalid` for options that make no sense
 * @example
 * const brief = refine(chainOfThought('question -> answer'), {
 *   n: 3,
 *   reward: (_, { answer }) => (answer.length < 40 ? 1 : 0),
 *   threshold: 1,
 *   rewardRule: 'Answers under 40 characters are good.',
 * })
 */
export const refine = <Input, Output>(
  module: Module<Input, Output>,
  options: RefineOptions<NoInfer<Input>, NoInfer<Output>>,
): Module<Input, Output> => {
  checkTries(options as TriesOptions<never, never>)
  const { rewardRule = String(options.reward), adviser: advised } = options
  const adviser = predict(adviceFields, refineWording)
  const made = composedModule({
    kind: 'refine',
    signature: module.signature,
    children: { module: module as AnyModule },
    forward: (input, children, context, modules) => {
      const { module: attempt } = children as { readonly module: BoundModule<Input, Output> }
      const { predictors } = modules.module as AnyModule
      const typed = input as Input
      const base = joinPath(context.path, 'module')
      let hints: Hints = new Map()
      let collector = collectTrace(context.tracer)

      const advise = async ({ prediction, reward }: Tried<Output>): Promise<void> => {
        const { advice } = await adviser.run(
          {
            program: predictors.map(describe).join('\n\n'),
            program_input: plain(input),
            steps: collector.trace().map(step => seen(step, base)),
            program_output: plain(prediction),
            reward_rule: rewardRule,
            threshold: options.threshold,
            reward,
            predictors: predictors.map(({ path }) => path),
          },
          { ...context, ...holdEvents(context).context, path: joinPath(context.path, 'advice'), ...advised },
        )
        hints = hintsFor(predictors, advice)
      }

      return bestTry({
        ...options,
        input: typed,
        context,
        attempt: override => {
          collector = collectTrace(context.tracer)
          const hinting: Pick<HookedContext, typeof promptHook> =
            hints.size === 0 ? {} : { [promptHook]: adapter => hintedAdapter(hooked(adapter, context), hints) }
          return attempt(typed, { ...override, ...hinting, tracer: collector.tracer })
        },
        between: advise,
      })
    },
  })
  return made as Module<Example, unknown> as Module<Input, Output>
}

type BoundModule<Input, Output> = (input: Input, override: Partial<Context>) => Promise<Output>

const adviceFields =
  'program, program_input: json, steps: json, program_output: json, reward_rule, threshold: float, reward: float, predictors: list[str] -> discussion, advice: dict[str, str]'

const hintsFor = (predictors: readonly Predictor[], advice: Readonly<Record<string, string>>): Hints => {
  const hints = new Map<Signature, string>()
  for (const { path, signature } of predictors) {
    const text = Object.hasOwn(advice, path) ? advice[path]?.trim() : undefined
    if (text !== undefined && text !== '' && text !== 'N/A') hints.set(signature, text)
  }
  return hints
}

const describe = ({ path, signature: { instructions, inputs, outputs } }: Predictor): string =>
  refineWording.predictor(path, instructions, fieldLines(inputs), fieldLines(outputs))

/** A step under the name that the predictor has inside the module. */
const seen = ({ path, input, output }: TraceStep, base: string) => ({
  predictor: path === base ? self : path.slice(base.length).replace(/^\./, ''),
  input: plain(input),
  output: plain(output),
})

/** Characters of one text that are shown. */
const shownLength = 4_000

const plain = (value: unknown): unknown =>
  plainValue(value, text => (text.length > shownLength ? `${text.slice(0, shownLength)}…` : text))
