import { canonicalJson } from '../data/canonical-json.ts'
import { parseJson } from '../data/safe-json.ts'
import type { AnswerScore, ModelRequest, ModelResponse } from '../ports/language-model.ts'
import { objectOf } from './json-shape.ts'

/** Raised when what is stored changes its form. */
const format = 1

/** Names a score as `keyText` names an answer: by the model's id and what can change it. Sampling cannot. */
export const scoreText = (
  modelId: string,
  { messages, tools, toolChoice, responseSchema, grammar, extra }: ModelRequest,
  answer: string,
): string =>
  canonicalJson({
    scoreFormat: format,
    model: modelId,
    request: { messages, tools, toolChoice, responseSchema, grammar, extra },
    answer,
  })

/** A score in the form in which answers are kept. */
export const responseOfScore = ({ logprob, tokens, ...rest }: AnswerScore): ModelResponse => ({
  ...rest,
  completions: [{ text: JSON.stringify({ logprob, tokens }), finishReason: 'stop' }],
})

/** The score in what was kept: it was written by `responseOfScore`, under a key that only scores have. */
export const scoreOfResponse = ({ completions: [{ text }], usage, recordedUsage }: ModelResponse): AnswerScore => {
  const { logprob, tokens } = objectOf(parseJson(text))
  return {
    logprob: typeof logprob === 'number' ? logprob : -Number.MAX_VALUE,
    tokens: typeof tokens === 'number' ? tokens : 1,
    usage,
    ...(recordedUsage && { recordedUsage }),
  }
}
