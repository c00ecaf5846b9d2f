import { renderValue } from '../adapters/render-value.ts'
import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { PredictionError } from '../errors/prediction-error.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule, Module } from '../ports/module.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import { append, describeFields, prepend } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { composedModule } from './composed-module.ts'
import { drawnApart, warmEnough } from './drawn-apart.ts'
import { holdEvents } from './held-events.ts'
import { type PredictOptions, predict } from './predict.ts'
import { signatureOf } from './signature-of.ts'
import { together } from './together.ts'
import { comparisonWording } from './wording.ts'

export interface ComparisonOptions extends Omit<PredictOptions, 'sampling' | 'n'> {
  /** Attempts to compare, 3 when absent. */
  readonly attempts?: number
  /** At which the comparison is drawn, and the attempts of `sample`; 0.7 when absent. The context's own goes first. */
  readonly temperature?: number
}

export interface SampledComparisonOptions<Inputs, Sampled> extends ComparisonOptions {
  /** Makes the attempts of a run that brings none: all at once, each with a `rolloutId` of its own. */
  readonly sample: Module<Inputs, Sampled>
}

/** An attempt at a task: output fields of its signature, and its `reasoning` (or `rationale`) where it has one. */
export type Attempt<Outputs> = { readonly [Name in keyof Outputs]?: Outputs[Name] } & {
  readonly reasoning?: string
  readonly rationale?: string
}

/** The inputs of the task, and the attempts at it. */
export type Compared<Inputs, Outputs> = Inputs & { readonly completions: readonly Attempt<Outputs>[] }

/** The same where the attempts may be left to the module. */
export type MaybeCompared<Inputs, Outputs> = Inputs & { readonly completions?: readonly Attempt<Outputs>[] }

/** A prediction with the reasoning about the attempts behind it. */
export type Rationalized<Outputs> = { readonly rationale: string } & Outputs

/**
 * Compares several attempts at a task and answers it anew. The attempts come with the input, as `completions`: predictions
 * of any module for the task, or what `completionsOf` gives; or a module, `sample`, makes them.
 *
 * Its predictor is `predict`, as in DSPy's files, with an input `reasoning_attempt_1` and on for each attempt and a
 * `rationale` before the outputs; those of `sample` stand under `sample`. As DSPy 3.4.1's `MultiChainComparison`, but
 * that attempts are shown whole and with all their output fields, not the first line of the last one.
 *
 * @throws ConfigurationError `configuration/invalid` for less than 1 attempt; SignatureError `signature/duplicate-field` for
 * a signature with a `completions` or `rationale` of its own; run() throws what `predict` throws, and
 * PredictionError `prediction/input` for another number of attempts
 * @example
 * const compare = multiChainComparison('question -> answer', { sample: chainOfThought('question -> answer') })
 * const { rationale, answer } = await compare.run({ question }, { model })
 * @example
 * const drawn = await chainOfThought('question -> answer', { n: 3 }).run({ question }, { model })
 * await multiChainComparison('question -> answer').run({ question, completions: completionsOf(drawn) }, { model })
 */
export function multiChainComparison<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options: SampledComparisonOptions<NoInfer<Inputs>, Attempt<NoInfer<Outputs>>>,
): Module<MaybeCompared<Inputs, Outputs>, Rationalized<Outputs>>
export function multiChainComparison<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options?: ComparisonOptions,
): Module<Compared<Inputs, Outputs>, Rationalized<Outputs>>
export function multiChainComparison<const Source extends string>(
  signature: Source & Checked<Source>,
  options: SampledComparisonOptions<InputsOf<NoInfer<Source>>, Attempt<OutputsOf<NoInfer<Source>>>>,
): Module<MaybeCompared<InputsOf<Source>, OutputsOf<Source>>, Rationalized<OutputsOf<Source>>>
export function multiChainComparison<const Source extends string>(
  signature: Source & Checked<Source>,
  options?: ComparisonOptions,
): Module<Compared<InputsOf<Source>, OutputsOf<Source>>, Rationalized<OutputsOf<Source>>>
export function multiChainComparison(
  source: string | Signature,
  options: ComparisonOptions & { readonly sample?: object } = {},
): AnyModule {
  const { attempts = 3, temperature = 0.7, sample, ...rest } = options
  if (!(Number.isInteger(attempts) && attempts >= 1)) {
    throw new ConfigurationError('configuration/invalid', `Expected 1 attempt or more, got ${attempts}. Write 3.`, {
      option: 'attempts',
    })
  }
  const task = signatureOf(source, options)
  const names = Array.from({ length: attempts }, (_, index) => `reasoning_attempt_${index + 1}`)
  const compared = describeFields(
    names.reduce<Signature>((made, name) => append(made, 'input', name), prepend(task, 'output', 'rationale')),
    Object.fromEntries([
      ...names.map(name => [name, comparisonWording.attempt]),
      ['rationale', comparisonWording.rationale],
    ]),
  )
  const { instructions: _, descriptions: __, ...asked } = rest
  return composedModule({
    kind: 'multi-chain-comparison',
    signature: prepend(
      append(task, 'input', 'completions', { type: 'list[json]', optional: sample !== undefined }),
      'output',
      'rationale',
    ),
    children: {
      predict: predict(compared, { ...asked, sampling: { temperature } }),
      ...(sample === undefined ? {} : { sample: sample as AnyModule }),
    },
    forward: async (input, children, context) => {
      const { predict: compare, sample: draw } = children as { readonly predict: Ask; readonly sample?: Ask }
      const { completions, ...inputs } = input
      const given = (completions ??
        (draw === undefined ? [] : await drawn(draw, inputs, context, attempts, temperature))) as readonly Example[]
      if (given.length !== attempts) throw wrongNumber(given.length, attempts)
      return compare({ ...inputs, ...Object.fromEntries(names.map((name, index) => [name, shown(given[index])])) })
    },
  })

  function shown(attempt: Example = {}): string {
    const { rationale, reasoning = rationale } = attempt
    const fields = task.outputs.filter(({ name }) => attempt[name] !== undefined)
    return comparisonWording.attempted(
      typeof reasoning === 'string' ? reasoning.trim() : '',
      fields.map(({ name }) => [name, renderValue(attempt[name])]),
    )
  }
}

type Ask = (input: Example, override?: Partial<Context>) => Promise<Example>

/** The attempts of a run that brings none. */
const drawn = (draw: Ask, task: Example, context: Context, attempts: number, temperature: number) => {
  const held = holdEvents(context).context
  const warm = warmEnough(context.sampling?.temperature ?? temperature)
  return together(Array.from({ length: attempts }), context.signal, (_, signal, index) =>
    draw(task, { ...drawnApart(context, index, warm), ...held, signal }),
  )
}

const wrongNumber = (given: number, attempts: number): PredictionError =>
  new PredictionError(
    'prediction/input',
    `Expected ${attempts} completions to compare, got ${given}. Give as many, or set attempts to ${given}.`,
    { issues: [{ field: 'completions', problem: `has ${given} attempts, expected ${attempts}` }] },
  )
