import type { Example } from '../data/example.ts'
import type { JsonObject } from '../data/json.ts'
import type { Usage } from '../data/usage.ts'
import type { Signature } from '../signature/signature.ts'
import type { AdapterPrompt, PromptOptions } from './adapter.ts'
import type { Context } from './context.ts'

/**
 * A function of (learned state, input, context) that asks models.
 *
 * 1. run() changes nothing: two runs, or two modules made by withState(), may overlap.
 * 2. withState() gives a new module of the same type; paths the state does not name keep what they have.
 * 3. predictors lists every predictor once, by its DSPy path (`hop.predict`, `steps[0].predict`, `by_name['x']`, `self`),
 *    in the order the children were written.
 * 4. stream() yields what run() would give, field by field, and ends with `prediction`.
 */
export interface Module<Input = never, Output = unknown> {
  /** `predict`, `chain-of-thought`, `program`. */
  readonly kind: string
  readonly signature: Signature<Input, Output>
  readonly predictors: readonly Predictor[]
  readonly state: ProgramState
  run(input: Input, context: Context): Promise<Output>
  stream(input: Input, context: Context): AsyncIterable<ProgramEvent<Output>>
  withState(state: ProgramState): Module<Input, Output>
}

/** A module of any types: what lists, trees and generic code hold. */
export interface AnyModule {
  readonly kind: string
  readonly signature: Signature
  readonly predictors: readonly Predictor[]
  readonly state: ProgramState
  run(input: never, context: Context): Promise<unknown>
  stream(input: never, context: Context): AsyncIterable<ProgramEvent<unknown>>
  withState(state: ProgramState): AnyModule
}

/** One place in a program where a model is asked. */
export interface Predictor {
  readonly path: string
  /** As written, with the learned instructions and descriptions in place. */
  readonly signature: Signature
  readonly state: PredictorState
  /** What run() would send for this input, its messages first of all; no model is asked. */
  prompt(input: Example, options?: PromptOptions): AdapterPrompt
}

/** What a program learned: predictor path to state. The state of a lone predictor is under `self`. */
export type ProgramState = Readonly<Record<string, PredictorState>>

/** What one predictor learned, in DSPy's own JSON; keys we do not know are carried along. */
export interface PredictorState {
  readonly traces: readonly unknown[]
  readonly train: readonly unknown[]
  readonly demos: readonly Demo[]
  readonly signature: {
    readonly instructions: string
    /** Inputs first, then outputs, in signature order. */
    readonly fields: readonly { readonly prefix: string; readonly description: string }[]
  }
  /** A model of its own, as DSPy saves it; kept, not used. */
  readonly lm: JsonObject | null
  readonly [other: string]: unknown
}

/** A worked example shown to the model; `augmented: true` marks one that a program made itself. */
export type Demo = Example

/** `Field` names the fields that may be told: the outputs, where a module is one predictor. */
export type ProgramEvent<Output, Field extends string = string> =
  /** More text of an output field of the predictor at `path`. */
  | { readonly type: 'field'; readonly path: string; readonly field: Field; readonly delta: string }
  | { readonly type: 'reasoning'; readonly path: string; readonly delta: string }
  | { readonly type: 'predictor-started'; readonly path: string }
  | { readonly type: 'predictor-finished'; readonly path: string; readonly output: Readonly<Record<string, unknown>> }
  /** A module with children began; its children's events carry paths below its own. */
  | { readonly type: 'module-started'; readonly path: string; readonly kind: string }
  | { readonly type: 'module-finished'; readonly path: string; readonly kind: string }
  | { readonly type: 'tool-started'; readonly path: string; readonly tool: string; readonly arguments: unknown }
  /** `failed` when the tool threw or was refused; `result` is then what the model is told about it. */
  | {
      readonly type: 'tool-finished'
      readonly path: string
      readonly tool: string
      readonly result: unknown
      readonly failed: boolean
    }
  /** What came before from `path` is void: it started over. */
  | { readonly type: 'reset'; readonly path: string }
  | { readonly type: 'prediction'; readonly prediction: Output; readonly usage: Usage }
