import type { LanguageModel, ModelRequest, ModelResponse } from '../../src/ports/language-model.ts'
import { tokensIn } from './token-count.ts'
import { type JsonObject, textOf, type WireMessage } from './wire-message.ts'

export type Row = Readonly<Record<string, string>>

/** How items and answers look from outside. */
export interface TaskShape {
  /** The input field. */
  readonly input: string
  /** The output fields, one a predictor. */
  readonly outputs: readonly string[]
  /** The values of each output field; empty where it is free text. */
  readonly labels: readonly (readonly string[])[]
}

/** A request as providers take it; what Kkachi sends in process fits as well. */
export interface WireRequest {
  readonly messages: readonly WireMessage[]
  readonly temperature?: number | null | undefined
  /** Tells apart requests that are alike in all else; without effect at temperature 0. */
  readonly draw?: string
  readonly schema?: JsonObject
}

export interface Judged {
  readonly score: number
  readonly passed: boolean
  readonly feedback: string
}

/** A task, its data, and a model that is good at it as far as the prompt says what matters. */
export interface World {
  readonly name: string
  readonly signature: string
  /** What a user would write first: true, and of no help. */
  readonly instructions: string
  readonly shape: TaskShape
  readonly train: readonly Row[]
  readonly dev: readonly Row[]
  readonly test: readonly Row[]
  /** The model, in process. */
  readonly model: LanguageModel
  /** The text the model answers with, whoever asks. */
  answer(request: WireRequest): string
  metric(row: Row, prediction: object): Judged
}

/** A signature as users write it: `note -> desk: 'a' | 'b'`. */
export const signatureText = ({ input, outputs, labels }: TaskShape): string =>
  `${input} -> ${outputs.map((field, part) => typed(field, labels[part] ?? [])).join(', ')}`

export const typed = (field: string, labels: readonly string[]): string =>
  labels.length === 0 ? field : `${field}: ${labels.map(label => `'${label}'`).join(' | ')}`

/** The model of a world without a server in between. */
export const inProcess = (name: string, answer: (request: WireRequest) => string): LanguageModel => {
  const generate = async (request: ModelRequest): Promise<ModelResponse> => {
    request.signal?.throwIfAborted()
    const schema = request.responseSchema?.schema
    const texts = Array.from({ length: request.n ?? 1 }, (_, index) =>
      answer({
        messages: request.messages,
        temperature: request.temperature,
        draw: `${request.rolloutId ?? ''}/${request.seed ?? ''}/${index}`,
        ...(typeof schema === 'object' && { schema: schema as JsonObject }),
      }),
    )
    const [first, ...others] = texts.map(text => ({ text, finishReason: 'stop' as const }))
    return {
      completions: [first ?? { text: '', finishReason: 'stop' }, ...others],
      usage: {
        calls: 1,
        cachedCalls: 0,
        attempts: 1,
        inputTokens: tokensIn(request.messages.map(textOf)),
        outputTokens: tokensIn(texts),
        reasoningTokens: 0,
      },
    }
  }
  return {
    id: `simulated/${name}`,
    generate,
    async *stream(request) {
      const { completions, usage } = await generate(request)
      for (const [index, { text }] of completions.entries()) {
        yield { type: 'text', index, delta: text }
        yield { type: 'finish', index, reason: 'stop' }
      }
      yield { type: 'usage', usage }
    },
  }
}
