import type { Example } from '../data/example.ts'
import type { AdapterPrompt, PromptOptions } from '../ports/adapter.ts'
import type { Context } from '../ports/context.ts'
import type { Module, PredictorState, ProgramEvent, ProgramState } from '../ports/module.ts'
import type { Signature } from '../signature/signature.ts'
import type { PredictOptions } from './predict.ts'
import { initialState, learnedSignature } from './predictor-state.ts'
import { promptOf } from './prompt.ts'
import { type PredictorCore, runPredictor } from './run-predictor.ts'
import { streamRun } from './stream-run.ts'

/** A module that is one predictor: it can tell what it would send. */
export interface PredictorModule<Input = never, Output = unknown> extends Module<Input, Output> {
  /**
   * What run() would send for this input: its messages, and the response schema, grammar and tools where the format has
   * them. No model is asked.
   *
   * @throws PredictionError `prediction/input` for an input that does not fit
   * @example
   * predict('question -> answer').prompt({ question: 'Six times seven?' }).messages
   */
  prompt(input: Input, options?: PromptOptions): AdapterPrompt
  /** The fields told are the outputs, by name. */
  stream(input: Input, context: Context): AsyncIterable<ProgramEvent<Output, FieldOf<Output>>>
  withState(state: ProgramState): PredictorModule<Input, Output>
}

/** The names of the fields of a prediction; any where its fields are not known. */
export type FieldOf<Output> = unknown extends Output ? string : keyof Output & string

interface Made {
  readonly kind: string
  /** The predictor's path inside the module. */
  readonly name: string
  readonly signature: Signature
  readonly options: PredictOptions
  readonly state?: PredictorState
}

/** A module that is one predictor; the callers' overloads say what its fields are. */
export const predictorModule = (made: Made): PredictorModule<Example> => {
  const { kind, name, options } = made
  const state = made.state ?? { ...initialState(made.signature), demos: options.demos ?? [] }
  const signature = learnedSignature(made.signature, state)
  const core: PredictorCore = {
    name,
    signature,
    state,
    sampling: options.sampling,
    n: options.n ?? 1,
    decide: options.decide,
  }
  const run = (input: Example, context: Context) => runPredictor(core, input, context)
  const prompt = (input: Example, given: PromptOptions = {}) => promptOf(core, input, given)
  return {
    kind,
    signature: signature as Signature<Example>,
    predictors: [{ path: name, signature, state, prompt }],
    state: { [name]: state },
    prompt,
    run,
    stream: (input, context) => streamRun(streamed => run(input, streamed), context),
    withState: (learned: ProgramState) =>
      Object.hasOwn(learned, name)
        ? predictorModule({ ...made, state: learned[name] ?? state })
        : predictorModule(made),
  }
}
