import { canonicalJson } from '../data/canonical-json.ts'
import type { Example } from '../data/example.ts'
import { derive } from '../data/seeded-random.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Context } from '../ports/context.ts'
import type { AnyModule, Module } from '../ports/module.ts'
import { composedModule } from './composed-module.ts'
import { together } from './together.ts'

export interface EnsembleOptions<Output, Reduced extends object> {
  /** Makes one prediction of those of the programs, which come in the order the programs were written: `majority`. */
  readonly reduce: (predictions: readonly Output[]) => Reduced | Promise<Reduced>
  /** Programs asked in one run; all of them when absent. */
  readonly size?: number
  /** Of the dice that draw `size` programs; 0 when absent. */
  readonly seed?: number
}

/**
 * Several programs for one task as one program: all run at once on the input, and `reduce` makes one prediction of
 * theirs. It has the signature of the first program; the predictors stand under `programs[0]`, `programs[1]`, ….
 *
 * With `size`, a run asks only that many: which ones depends on the seed, the input and the run's `rolloutId`, and on
 * nothing else, so that the same run asks the same programs again. A program that fails fails the run, and aborts the
 * others.
 *
 * @throws ConfigurationError `configuration/invalid` without programs, and for a size that they do not have
 * @see DSPy 3.4.1's `Ensemble`, which draws with dice that cannot be seeded, runs the programs one by one, and may leave
 * out `reduce`
 * @example
 * const voting = ensemble([first, second, third], { reduce: answers => majority(answers, { field: 'label' }) })
 */
export const ensemble = <Input, Output, Reduced extends object>(
  programs: readonly Module<Input, Output>[],
  { reduce, size = programs.length, seed = 0 }: EnsembleOptions<NoInfer<Output>, Reduced>,
): Module<Input, Reduced> => {
  const [first] = programs
  if (first === undefined) throw invalid('programs', 'Expected at least one program. Give a list of them.')
  if (!(Number.isInteger(size) && size >= 1 && size <= programs.length)) {
    throw invalid('size', `Expected a size of 1 to ${programs.length}, got ${size}. Leave it out to ask all programs.`)
  }
  const places = programs.map((_, index) => index)
  const made = composedModule({
    kind: 'ensemble',
    signature: first.signature,
    children: { programs: programs as readonly AnyModule[] },
    forward: async (input, children, context) => {
      const bound = (children as { readonly programs: readonly Bound<Input, Output>[] }).programs
      const asked = size === places.length ? places : drawn(places, size, seed, input, context.rolloutId)
      const predictions = await together(asked, context.signal, (place, signal) =>
        (bound[place] as Bound<Input, Output>)(input as Input, { signal }),
      )
      return reduce(predictions)
    },
  })
  return made as Module<Example, unknown> as Module<Input, Reduced>
}

type Bound<Input, Output> = (input: Input, override: Partial<Context>) => Promise<Output>

/** In the order written, so that ties of a vote go the same way as with all of them. */
const drawn = (
  places: readonly number[],
  size: number,
  seed: number,
  input: Example,
  rolloutId: string | undefined,
): readonly number[] =>
  derive(seed, canonicalJson([input, rolloutId ?? null]))
    .sample(places, size)
    .sort((a, b) => a - b)

const invalid = (option: string, message: string): ConfigurationError =>
  new ConfigurationError('configuration/invalid', message, { option })
