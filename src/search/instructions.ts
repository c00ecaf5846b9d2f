import type { PredictorState, ProgramState } from '../ports/module.ts'

/** A state in which one predictor has other instructions. */
export const withInstructions = (state: ProgramState, path: string, instructions: string): ProgramState =>
  withPredictor(state, path, predictor => ({
    ...predictor,
    signature: { ...predictor.signature, instructions },
  }))

/** What a predictor is told to do. */
export const instructionsOf = (state: ProgramState, path: string): string => state[path]?.signature.instructions ?? ''

/** A state in which one predictor is changed; the same state where it has none of this path. */
export const withPredictor = (
  state: ProgramState,
  path: string,
  change: (predictor: PredictorState) => PredictorState,
): ProgramState => {
  const predictor = state[path]
  return predictor === undefined ? state : { ...state, [path]: change(predictor) }
}
