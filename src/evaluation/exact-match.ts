import { type Answer, answerOf, answerText, type FieldOption } from './answer-fields.ts'
import type { Metric } from './metric.ts'
import { normalizeAnswer } from './normalize-answer.ts'

/**
 * 1 when the answer is, after normalization, one of the right ones; else 0.
 *
 * Numbers and booleans are compared by value, text by `normalizeAnswer`, lists and objects as a whole.
 *
 * Differs from DSPy 3.4.1's `answer_exact_match`: answers that are not text are compared, not refused.
 *
 * @throws DataError `data/fields` when the example has no such field
 * @example
 * await evaluate(program, { examples, metric: exactMatch(), model })
 * await evaluate(program, { examples, metric: exactMatch({ field: 'label' }), model })
 */
export const exactMatch = (options: FieldOption = {}): Metric<object, object> => ({
  name: 'exact-match',
  evaluate: (example, prediction) => isExactMatch(answerOf(example, prediction, options)),
})

/** Whether the predicted value equals one of the true ones. */
export const isExactMatch = ({ predicted, truths }: Answer): boolean => truths.some(truth => equal(predicted, truth))

const equal = (predicted: unknown, truth: unknown): boolean => {
  if (typeof predicted === 'number' || typeof truth === 'number') {
    const [a, b] = [numberIn(predicted), numberIn(truth)]
    if (a !== undefined && b !== undefined) return a === b // normalized, -3.5 would equal 35
  }
  return normalizeAnswer(answerText(predicted)) === normalizeAnswer(answerText(truth))
}

const numberIn = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}
