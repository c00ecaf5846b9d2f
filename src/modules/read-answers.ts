import { KkachiError } from '../errors/kkachi-error.ts'
import { ModelError } from '../errors/model-error.ts'
import type { FieldIssue } from '../errors/prediction-error.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Completion, LanguageModel, ModelResponse } from '../ports/language-model.ts'
import type { Signature } from '../signature/signature.ts'

export type Fields = Readonly<Record<string, unknown>>

/** What came of the answers of one call: the readable ones, or why there is none. */
export type Reading =
  | { readonly fields: Fields; readonly all: readonly Fields[]; readonly answer: Completion }
  | { readonly fields: undefined; readonly error: unknown; readonly answer: Completion }

/** Reads every answer of a response; the first readable one is the prediction. Cut and filtered answers are no answers. */
export const readAnswers = (
  adapter: Adapter,
  signature: Signature,
  response: ModelResponse,
  model: Pick<LanguageModel, 'id' | 'capabilities'>,
): Reading => {
  let failed: { readonly error: unknown; readonly answer: Completion } | undefined
  let first: { readonly fields: Fields; readonly answer: Completion } | undefined
  const all: Fields[] = []
  for (const answer of response.completions) {
    try {
      refuseIncomplete(answer, response, model.id)
      const fields = adapter.parse(signature, answer, model.capabilities)
      all.push(fields)
      first ??= { fields, answer }
    } catch (error) {
      // A misread answer can be asked for again, so it goes before one that was cut.
      if (failed === undefined || (unreadable(error) && !unreadable(failed.error))) failed = { error, answer }
    }
  }
  if (first !== undefined) return { ...first, all }
  const [answer] = response.completions
  return { fields: undefined, ...(failed ?? { error: undefined, answer }) }
}

/** Whether an answer came but could not be read as the fields asked for. */
export const unreadable = (error: unknown): error is KkachiError & { readonly issues: readonly FieldIssue[] } =>
  KkachiError.is(error, 'prediction/unparsable') || KkachiError.is(error, 'prediction/invalid')

/**
 * Cut and filtered answers are no answers.
 *
 * @throws ModelError `model/truncated`, `model/filtered`
 */
export const refuseIncomplete = (answer: Completion, { requestId }: ModelResponse, model: string): void => {
  const evidence = requestId === undefined ? { model } : { model, requestId }
  if (answer.finishReason === 'length') {
    throw new ModelError(
      'model/truncated',
      `The answer of ${model} was cut at the output token limit. Raise sampling.maxTokens, or ask for less.`,
      evidence,
    )
  }
  if (answer.finishReason === 'content-filter') {
    throw new ModelError(
      'model/filtered',
      `The answer of ${model} was withheld by its content filter. Change the input, or use another model.`,
      evidence,
    )
  }
}
