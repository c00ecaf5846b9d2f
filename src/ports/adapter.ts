import type { Example } from '../data/example.ts'
import type { FieldIssue } from '../errors/prediction-error.ts'
import type { Signature } from '../signature/signature.ts'
import type { Completion, LanguageModel, ModelCapabilities, ModelRequest } from './language-model.ts'
import type { Message } from './message.ts'

/**
 * Turns a signature, its demos and an input into messages, and an answer back into fields. "Adapter" is DSPy's word for
 * the prompt format; it never means a platform driver.
 *
 * 1. format() is pure: the same call gives the same bytes on every platform.
 * 2. Text of fields and demos is data: it appears in the messages as it is and is never interpreted.
 * 3. parse() gives every output field of the signature, coerced to its type, or throws PredictionError
 *    `prediction/unparsable` or `prediction/invalid` with one issue a field.
 * 4. parser() finds the same fields in a stream: the deltas of a field, put together, are the text that parse() reads.
 * 5. Reading an answer takes time linear in its length.
 */
export interface Adapter {
  readonly name: string
  format(call: AdapterCall): AdapterPrompt
  /** `capabilities` as format() got them: what was asked for natively is read from beside the text. */
  parse(signature: Signature, completion: Completion, capabilities?: ModelCapabilities): Record<string, unknown>
  parser(signature: Signature): StreamParser
  /** The messages that ask once more after an answer that could not be read: the answer, and what was wrong with it. */
  reask(signature: Signature, answer: string, issues: readonly FieldIssue[]): readonly Message[]
  /**
   * Whoever runs a prediction sends this second call, whatever the first one said: counted against the same bound of
   * attempts, traced, streamed, its usage added. What cannot be read is asked for again there and not of the first model.
   */
  readonly extraction?: Extraction
  /** The format of a predictor that learned `state`, where an adapter serves several; itself when absent. */
  forState?(state: { readonly [key: string]: unknown }): Adapter
}

/** What a prompt depends on beside the predictor and its input. */
export interface PromptOptions {
  /** `chat` when absent. */
  readonly adapter?: Adapter
  /** Of the model the prompt is for; some formats ask in another way when it can more. */
  readonly capabilities?: ModelCapabilities
}

/** A second call, of another model, that reads the fields from what the first one answered freely. */
export interface Extraction {
  readonly model: LanguageModel
  /** Reads the answer of the second call: `parse` and `parser` of the adapter that has the extraction are its own. */
  readonly adapter: Adapter
  question(signature: Signature, answer: Completion, capabilities?: ModelCapabilities): ExtractionQuestion
}

/** What the second call asks: the outputs that the first answer did not give beside its text. */
export interface ExtractionQuestion {
  /** The outputs that came beside the text, calls and reasoning; they are not asked for. */
  readonly given: Readonly<Record<string, unknown>>
  /** The other outputs, from the text of the first answer; without outputs there is no second call. */
  readonly signature: Signature
  readonly input: Example
}

export interface AdapterCall {
  /** With the learned instructions and descriptions in place. */
  readonly signature: Signature
  readonly demos: readonly Example[]
  readonly input: Example
  readonly capabilities?: ModelCapabilities
}

/** The parts of a request an adapter decides. */
export type AdapterPrompt = Pick<
  ModelRequest,
  'messages' | 'responseSchema' | 'grammar' | 'sharedMessages' | 'tools' | 'toolChoice'
>

/** Finds field text in an answer as it arrives. */
export interface StreamParser {
  /** What of the fields became certain with this piece of the answer. */
  push(delta: string): readonly FieldDelta[]
  /** The answer is over: what was held back. */
  end(): readonly FieldDelta[]
}

export interface FieldDelta {
  readonly field: string
  readonly delta: string
}
