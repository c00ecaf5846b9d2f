import type { AnyModule } from '../ports/module.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import { prepend } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import type { PredictOptions } from './predict.ts'
import { type PredictorModule, predictorModule } from './predictor-module.ts'
import { signatureOf } from './signature-of.ts'

export interface ChainOfThoughtOptions extends PredictOptions {
  /** What the model is told about the `reasoning` field. */
  readonly reasoning?: string
}

/** A prediction with the reasoning that led to it. */
export type Reasoned<Outputs> = { readonly reasoning: string } & Outputs

/**
 * Lets the model reason before it answers: a `reasoning` field in front of the outputs. Its predictor is `predict`.
 *
 * @throws as `predict`; SignatureError `signature/duplicate-field` when the signature has a `reasoning` of its own
 * @example
 * const solve = chainOfThought('question -> answer: number')
 * const { reasoning, answer } = await solve.run({ question: 'Six times seven?' }, { model })
 */
export function chainOfThought<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options?: ChainOfThoughtOptions,
): PredictorModule<Inputs, Reasoned<Outputs>>
export function chainOfThought<const Source extends string>(
  signature: Source & Checked<Source>,
  options?: ChainOfThoughtOptions,
): PredictorModule<InputsOf<Source>, Reasoned<OutputsOf<Source>>>
export function chainOfThought(source: string | Signature, options: ChainOfThoughtOptions = {}): AnyModule {
  const { reasoning: description } = options
  const definition = { type: 'string', ...(description === undefined ? {} : { description }) }
  const signature: Signature = prepend(signatureOf(source, options), 'output', 'reasoning', definition)
  return predictorModule({ kind: 'chain-of-thought', name: 'predict', signature, options })
}
