import { seededRandom } from '../../../src/data/seeded-random.ts'
import type { GenerationJob } from '../../../src/inference/generation.ts'

export const greedy: GenerationJob['sampling'] = {
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  random: seededRandom(0),
}

/** A job with nothing special about it, and the tokens that it was told. */
export const plainJob = (
  prompt: readonly number[],
  told: Partial<GenerationJob> = {},
): GenerationJob & { readonly tokens: number[] } => {
  const tokens: number[] = []
  return {
    prompt,
    shared: 0,
    maxTokens: 4,
    sampling: greedy,
    endTokens: new Set(),
    priority: 0,
    signal: new AbortController().signal,
    onToken: ({ token }) => {
      tokens.push(token)
      return false
    },
    ...told,
    tokens,
  }
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index)
