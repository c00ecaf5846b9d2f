import type { Example } from '../data/example.ts'
import type { Sampling } from '../ports/language-model.ts'
import type { Checked, InputsOf, OutputsOf } from '../signature/infer.ts'
import type { Signature } from '../signature/signature.ts'
import { type PredictorModule, predictorModule } from './predictor-module.ts'
import { self } from './predictor-path.ts'
import type { Decide } from './run-predictor.ts'
import { signatureOf } from './signature-of.ts'

/** How a predictor of its own asks, whatever the context says about the rest. */
export interface PredictOptions {
  /** What the task is; the same as `signature(…, { instructions })`. */
  readonly instructions?: string
  /** Field name to what the model is told about it. */
  readonly descriptions?: Readonly<Record<string, string>>
  /** Examples to show, before any optimizer found better ones. */
  readonly demos?: readonly Example[]
  /** The context's own sampling goes first, value by value. */
  readonly sampling?: Sampling
  /**
   * Answers to draw in one call, 1 when absent; `completionsOf(prediction)` gives them all. Several are drawn at 0.7 where
   * the temperature is 0.15 or less, or not given: they would hardly differ.
   */
  readonly n?: number
  /** How fields are decided that are not drawn: `byScore` weighs the labels of fields of literal type. All are drawn when absent. */
  readonly decide?: Decide
}

/**
 * The simplest module: one question to a model, its answer read by the signature's types.
 *
 * @throws SignatureError when the signature is wrong; run() throws PredictionError `prediction/input` for an input that
 * does not fit, `prediction/unparsable` and `prediction/invalid` for an answer that could not be read twice, ModelError
 * `model/truncated` and `model/filtered` for an answer that was cut
 * @example
 * const classify = predict("text -> label: 'positive' | 'negative'")
 * const { label } = await classify.run({ text: 'a warm film' }, { model })
 */
export function predict<Inputs, Outputs>(
  signature: Signature<Inputs, Outputs>,
  options?: PredictOptions,
): PredictorModule<Inputs, Outputs>
export function predict<const Source extends string>(
  signature: Source & Checked<Source>,
  options?: PredictOptions,
): PredictorModule<InputsOf<Source>, OutputsOf<Source>>
export function predict(source: string | Signature, options: PredictOptions = {}): PredictorModule<Example> {
  return predictorModule({ kind: 'predict', name: self, signature: signatureOf(source, options), options })
}
