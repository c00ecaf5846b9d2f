import type { AnyModule, Predictor, PredictorState } from '../ports/module.ts'

/**
 * The program with another state in each of its predictors; the program itself stays as it is. What it learned is data:
 * `program.predictors` lists it, `withState` exchanges it for some, this for all.
 *
 * @example
 * mapPredictors(rag, ({ state }) => ({ ...state, demos: state.demos.slice(0, 2) }))
 */
export const mapPredictors = <Program extends AnyModule>(
  program: Program,
  change: (predictor: Predictor) => PredictorState,
): Program =>
  program.withState(
    Object.fromEntries(program.predictors.map(predictor => [predictor.path, change(predictor)])),
  ) as Program

/**
 * The program without demos, traces and training rows, its instructions and descriptions kept: as DSPy 3.4.1's
 * `reset_copy`.
 *
 * @example
 * const blank = resetState(await loadProgram(text, rag))
 */
export const resetState = <Program extends AnyModule>(program: Program): Program =>
  mapPredictors(program, ({ state }) => ({ ...state, demos: [], traces: [], train: [], lm: null }))
