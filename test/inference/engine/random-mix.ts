import { seededRandom } from '../../../src/data/seeded-random.ts'
import type {
  GeneratedToken,
  GenerationEnd,
  GenerationJob,
  InferenceEngine,
} from '../../../src/inference/generation.ts'

/** A job, told by numbers alone, so that it can be asked again. */
export interface MixedJob {
  readonly prompt: readonly number[]
  readonly shared: number
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly minP: number
  readonly repetitionPenalty: number
  readonly topLogprobs: number | undefined
  readonly seed: number
  readonly priority: number
}

export interface MixLimits {
  readonly vocabularySize: number
  readonly jobs: number
  /** Tokens of a prompt at most. */
  readonly prompt: number
  /** Tokens of an answer at most. */
  readonly answer: number
}

/** Jobs over a few beginnings that share beginnings in turn, of all lengths, drawn in all ways. */
export const randomMix = (seed: number, { vocabularySize, jobs, prompt, answer }: MixLimits): MixedJob[] => {
  const random = seededRandom(seed)
  const tokens = (count: number): number[] => Array.from({ length: count }, () => random.integer(1, vocabularySize - 1))
  const half = Math.max(1, Math.floor(prompt / 2))
  const first = tokens(random.integer(1, Math.max(1, Math.floor(half / 2))))
  const beginnings = Array.from({ length: 3 }, () => [
    ...(random.random() < 0.7 ? first : []),
    ...tokens(random.integer(1, Math.max(1, half - first.length))),
  ])
  return Array.from({ length: jobs }, () => {
    const beginning = random.choice(beginnings)
    const whole = [...beginning, ...tokens(random.integer(0, Math.max(0, prompt - beginning.length)))]
    return {
      prompt: random.random() < 0.15 ? beginning : whole,
      shared: random.random() < 0.7 ? beginning.length : 0,
      maxTokens: random.integer(1, answer),
      temperature: random.choice([0, 0, 0.7, 1.5]),
      topP: random.choice([1, 0.9]),
      topK: random.choice([0, 0, 5]),
      minP: random.choice([0, 0, 0.1]),
      repetitionPenalty: random.choice([1, 1, 1.3]),
      topLogprobs: random.choice([undefined, undefined, 0, 3]),
      seed: random.integer(0, 2 ** 31),
      priority: random.integer(0, 2),
    }
  })
}

export interface MixedAnswer {
  readonly tokens: readonly GeneratedToken[]
  readonly end: GenerationEnd
}

export interface Asking {
  readonly endTokens?: ReadonlySet<number>
  readonly constraint?: GenerationJob['constraint']
  readonly signal?: AbortSignal
}

/** Asks one of them. */
export const ask = async (
  engine: InferenceEngine,
  job: MixedJob,
  { endTokens = new Set([0]), constraint, signal = new AbortController().signal }: Asking = {},
): Promise<MixedAnswer> => {
  const tokens: GeneratedToken[] = []
  const { temperature, topP, topK, minP, repetitionPenalty, seed } = job
  const end = await engine.generate({
    prompt: job.prompt,
    shared: job.shared,
    maxTokens: job.maxTokens,
    topLogprobs: job.topLogprobs,
    priority: job.priority,
    sampling: {
      temperature,
      topP,
      topK,
      minP,
      repetitionPenalty,
      frequencyPenalty: 0,
      presencePenalty: 0,
      random: seededRandom(seed),
    },
    endTokens,
    ...(constraint === undefined ? {} : { constraint }),
    onToken: token => {
      tokens.push(token)
      return false
    },
    signal,
  })
  return { tokens, end }
}
