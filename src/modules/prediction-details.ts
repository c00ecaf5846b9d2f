import { noUsage, type Usage } from '../data/usage.ts'
import type { Completion } from '../ports/language-model.ts'
import type { Message } from '../ports/message.ts'

/** What is known about a prediction beyond its fields. */
export interface PredictionDetails {
  readonly usage: Usage
  /** Every answer that could be read, in the order the model gave them; the first is the prediction's own fields. */
  readonly completions: readonly Readonly<Record<string, unknown>>[]
  /** The answers as the model gave them, the unreadable ones of the last call included. */
  readonly answers: readonly Completion[]
  /** What was sent in the last call. */
  readonly messages: readonly Message[]
  /** The hidden reasoning behind the answer that was taken. */
  readonly reasoning: string | undefined
}

// Beside the prediction, not in it: results stay plain objects that compare, spread and serialize as their fields.
const known = new WeakMap<object, PredictionDetails>()

/** Keeps details for a prediction. For modules of your own; the built-in ones do it. */
export const setPredictionDetails = (prediction: object, details: PredictionDetails): void => {
  known.set(prediction, details)
}

export const hasPredictionDetails = (prediction: object): boolean => known.has(prediction)

/**
 * What a prediction cost, everything sent on its behalf included. Nothing for an object that is no prediction.
 *
 * @example
 * const answer = await program.run({ question }, { model })
 * usageOf(answer).outputTokens
 */
export const usageOf = (prediction: object): Usage => known.get(prediction)?.usage ?? noUsage

/**
 * Every answer that could be read as fields; several where `n` was above 1.
 *
 * @example
 * const prediction = await predict('topic -> title', { n: 3 }).run({ topic: 'tea' }, { model })
 * completionsOf(prediction).map(({ title }) => title) // three titles, the first the prediction's own
 */
export const completionsOf = <Prediction extends object>(prediction: Prediction): readonly Prediction[] =>
  (known.get(prediction)?.completions ?? []) as readonly Prediction[]

/**
 * The answers as the model gave them, with log probabilities where it was asked for them.
 *
 * @example
 * const prediction = await classify.run({ text }, { model })
 * answersOf(prediction).map(({ finishReason }) => finishReason)
 */
export const answersOf = (prediction: object): readonly Completion[] => known.get(prediction)?.answers ?? []

/**
 * The messages that were sent for a prediction; empty for one that a program put together.
 *
 * @example
 * for (const { role, content } of messagesOf(await classify.run({ text }, { model }))) console.log(role, content)
 */
export const messagesOf = (prediction: object): readonly Message[] => known.get(prediction)?.messages ?? []

/**
 * The model's hidden reasoning, where it gave any. The `reasoning` field of chainOfThought is not hidden.
 *
 * @example
 * reasoningOf(await solve.run({ question }, { model })) ?? 'it thought nothing, or does not tell'
 */
export const reasoningOf = (prediction: object): string | undefined => known.get(prediction)?.reasoning
