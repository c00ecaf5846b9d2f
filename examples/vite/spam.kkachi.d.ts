// Made by kkachi from spam.kkachi: change that, and compile again.
import type { InputsOf, OutputsOf, PredictorModule } from 'kkachi'

export type Inputs = InputsOf<"text -> label: 'spam' | 'ham'">
export type Outputs = OutputsOf<"text -> label: 'spam' | 'ham'">
/** What the task is. */
export declare const instructions: string
/** Demos in all of its predictors. */
export declare const demos: number
/** Rows of the examples it was compiled with. */
export declare const examples: number
/** SHA-256 of what was learned, as program files have it. */
export declare const digest: string
declare const program: PredictorModule<Inputs, Outputs>
export default program
