import { type LanguageModel, type ModelResponse, noUsage, predict } from 'kkachi'
import { answers, type Classify } from '../peer.ts'

/** Kkachi without a provider: what its own part of a call costs. */
export const classifier = (): Classify => {
  const answer: ModelResponse = {
    completions: [{ text: answers.sections, finishReason: 'stop' }],
    usage: { ...noUsage, calls: 1, inputTokens: 120, outputTokens: 8 },
  }
  const model: LanguageModel = {
    id: 'in-memory',
    generate: async () => answer,
    async *stream() {},
  }
  const classify = predict("text -> label: 'positive' | 'negative'")
  return async text => (await classify.run({ text }, { model })).label
}
