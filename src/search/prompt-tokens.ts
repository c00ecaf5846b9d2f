import type { Example } from '../data/example.ts'
import type { Trace } from '../evaluation/metric.ts'
import { tokenEstimate } from '../models/token-bound.ts'
import { demoPool, hasPool, neighborsOf, withNearest } from '../modules/demo-pool.ts'
import type { PromptOptions } from '../ports/adapter.ts'
import type { AnyModule, Predictor, ProgramState } from '../ports/module.ts'

/** What is known of how the predictors of a program are asked. */
export interface SeenInputs extends PromptOptions {
  /** Of the program's first runs, `RunRecord.traces`. */
  readonly traces: readonly Trace[]
  /** Rows of the data, for predictors that no trace shows. */
  readonly rows: readonly object[]
}

/**
 * The input tokens that one call of a program costs with a state, estimated: what each predictor would send for inputs it
 * was seen with, a token for three UTF-8 bytes and 16 for a message, times how often it is asked in a run.
 *
 * The estimate rather tells too many tokens than too few; made alike for all candidates, it is for comparing them. Inputs
 * come from traces, else from the state's own demos, else from rows. A predictor of which no input is known counts what
 * it knows: instructions, fields and demos. It asks no model and depends on nothing but its arguments.
 */
export const promptTokens = (program: AnyModule, state: ProgramState, seen: SeenInputs): number => {
  const names = program.signature.inputs.map(({ name }) => name)
  // Of demos that are chosen at each call as many are shown as will be.
  const pool = hasPool(state) ? demoPool(state, names) : undefined
  const shown = pool ? withNearest(state, pool, pool.texts.slice(0, neighborsOf(state) ?? 0)) : state
  let tokens = 0
  for (const predictor of program.withState(shown).predictors) tokens += tokensOfPredictor(predictor, seen)
  return Math.round(tokens)
}

const tokensOfPredictor = (predictor: Predictor, { traces, rows, ...options }: SeenInputs): number => {
  const { path, state } = predictor
  const traced = traces.flatMap(trace => trace.filter(step => step.path === path).map(({ input }) => input))
  const asks = traces.length > 0 ? traced.length / traces.length : 1
  const inputs =
    [traced, state.demos, rows.slice(0, samples)].map(from => from.flatMap(inputFor(predictor))).find(isSome) ?? []
  if (inputs.length === 0) return asks * textTokens(JSON.stringify([state.signature, state.demos]))
  const sizes = inputs.slice(0, samples).map(input => tokenEstimate(predictor.prompt(input, options), 0))
  return (asks * sizes.reduce((sum, size) => sum + size, 0)) / sizes.length
}

/** Inputs a prompt is put together for. */
const samples = 2

const isSome = (list: readonly unknown[]): boolean => list.length > 0

/** The input of a predictor in what may have more than it, or less. */
const inputFor =
  ({ signature }: Predictor) =>
  (from: object): readonly Example[] => {
    const has = signature.inputs.filter(({ name }) => Object.hasOwn(from, name))
    const lacks = signature.inputs.some(field => !field.optional && field.default === undefined && !has.includes(field))
    return lacks ? [] : [Object.fromEntries(has.map(({ name }) => [name, (from as Example)[name]]))]
  }

const textTokens = (text: string): number => tokenEstimate({ messages: [{ role: 'user', content: text }] }, 0)
