import type { Example } from '../data/example.ts'
import type { Context } from '../ports/context.ts'
import type { Module, PredictorState, ProgramState } from '../ports/module.ts'
import type { Signature } from '../signature/signature.ts'
import type { PredictOptions } from './predict.ts'
import { initialState, learnedSignature } from './predictor-state.ts'
import { type PredictorCore, runPredictor } from './run-predictor.ts'
import { streamRun } from './stream-run.ts'

interface PredictorModule {
  readonly kind: string
  /** The predictor's path inside the module. */
  readonly name: string
  readonly signature: Signature
  readonly options: PredictOptions
  readonly state?: PredictorState
}

/** A module that is one predictor; the callers' overloads say what its fields are. */
export const predictorModule = (made: PredictorModule): Module<Example, never> => {
  const { kind, name, options } = made
  const state = made.state ?? { ...initialState(made.signature), demos: options.demos ?? [] }
  const signature = learnedSignature(made.signature, state)
  const core: PredictorCore = { name, signature, state, sampling: options.sampling, n: options.n ?? 1 }
  const run = (input: Example, context: Context) => runPredictor(core, input, context) as Promise<never>
  return {
    kind,
    signature: signature as Signature<Example, never>,
    predictors: [{ path: name, signature, state }],
    state: { [name]: state },
    run,
    stream: (input, context) => streamRun(streamed => run(input, streamed), context),
    withState: (learned: ProgramState) =>
      Object.hasOwn(learned, name)
        ? predictorModule({ ...made, state: learned[name] ?? state })
        : predictorModule(made),
  }
}
