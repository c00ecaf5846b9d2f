import { answerOf, answerText, type FieldOption } from './answer-fields.ts'
import type { Metric } from './metric.ts'
import { normalizedWords } from './normalize-answer.ts'

export interface F1Options extends FieldOption {
  /** The score from which an answer has passed; 1 when absent: only all the right words and no other. */
  readonly threshold?: number
}

/**
 * How much of the answer's words are right and how many of the right words are there: the harmonic mean of precision and
 * recall over normalized words, the best over all right answers.
 *
 * An answer without words scores 0 against a truth without words, as in DSPy 3.4.1.
 *
 * @see Rajpurkar et al. 2016, arXiv:1606.05250
 * @throws DataError `data/fields` when the example has no such field
 * @example
 * await evaluate(program, { examples, metric: f1({ field: 'answer' }), model })
 */
export const f1 = ({ threshold = 1, ...options }: F1Options = {}): Metric<object, object> => ({
  name: 'f1',
  evaluate: (example, prediction) => {
    const { predicted, truths } = answerOf(example, prediction, options)
    const text = answerText(predicted)
    const score = Math.max(...truths.map(truth => wordF1(text, answerText(truth))))
    return { score, passed: score >= threshold }
  },
})

/** F1 over the normalized words of two texts, 0 to 1. */
export const wordF1 = (prediction: string, truth: string): number => {
  const { precision, recall } = overlap(prediction, truth)
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** The share of the prediction's normalized words that are in the truth, 0 to 1. */
export const wordPrecision = (prediction: string, truth: string): number => overlap(prediction, truth).precision

const overlap = (prediction: string, truth: string): { readonly precision: number; readonly recall: number } => {
  const predicted = normalizedWords(prediction)
  const right = normalizedWords(truth)
  const unmatched = new Map<string, number>()
  for (const word of right) unmatched.set(word, (unmatched.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of predicted) {
    const left = unmatched.get(word) ?? 0
    if (left === 0) continue
    unmatched.set(word, left - 1)
    shared += 1
  }
  return shared === 0
    ? { precision: 0, recall: 0 }
    : { precision: shared / predicted.length, recall: shared / right.length }
}
