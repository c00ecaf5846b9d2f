import { canonicalJson } from '../data/canonical-json.ts'
import { parseJson } from '../data/safe-json.ts'
import type { AnswerScores, ModelRequest, ModelResponse } from '../ports/language-model.ts'

/** Raised when what is stored changes its form. */
const format = 2

/** Names the scores of answers as `keyText` names an answer: by the model's id and what can change it. Sampling cannot. */
export const scoreText = (
  modelId: string,
  { messages, tools, toolChoice, responseSchema, grammar, extra }: ModelRequest,
  answers: readonly string[],
): string =>
  canonicalJson({
    scoreFormat: format,
    model: modelId,
    request: { messages, tools, toolChoice, responseSchema, grammar, extra },
    answers,
  })

/** Scores in the form in which answers are kept. */
export const responseOfScores = ({ scores, ...rest }: AnswerScores): ModelResponse => ({
  ...rest,
  completions: [{ text: JSON.stringify(scores.map(({ logprob, tokens }) => [logprob, tokens])), finishReason: 'stop' }],
})

/** The scores in what was kept: it was written by `responseOfScores`, under a key that only scores have. */
export const scoresOfResponse = ({ completions: [{ text }], usage, recordedUsage }: ModelResponse): AnswerScores => {
  const kept = parseJson(text)
  return {
    scores: (Array.isArray(kept) ? kept : []).map(pair => {
      const [logprob, tokens] = Array.isArray(pair) ? pair : []
      return {
        logprob: typeof logprob === 'number' ? logprob : -Number.MAX_VALUE,
        tokens: typeof tokens === 'number' ? tokens : 1,
      }
    }),
    usage,
    ...(recordedUsage && { recordedUsage }),
  }
}
