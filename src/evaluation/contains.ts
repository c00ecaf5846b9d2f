import { answerOf, answerText, type FieldOption } from './answer-fields.ts'
import type { Metric } from './metric.ts'
import { normalizeAnswer } from './normalize-answer.ts'

/**
 * 1 when one of the right answers occurs in the answer, as whole words and after normalization; else 0.
 *
 * @throws DataError `data/fields` when the example has no such field
 * @example
 * contains() // 'Paris' is in 'It is Paris.', 'no' is not in 'not sure'
 */
export const contains = (options: FieldOption = {}): Metric<object, object> => ({
  name: 'contains',
  evaluate: (example, prediction) => {
    const { predicted, truths } = answerOf(example, prediction, options)
    const text = answerText(predicted)
    return truths.some(truth => occursIn(text, answerText(truth)))
  },
})

/** Whether `part` occurs in `text` as whole words; in scripts that set words without spaces, anywhere. */
const occursIn = (text: string, part: string): boolean => {
  const [whole, wanted] = [normalizeAnswer(text), normalizeAnswer(part)]
  if (wanted === '') return whole === ''
  return withoutSpaces.test(wanted) ? whole.includes(wanted) : ` ${whole} `.includes(` ${wanted} `)
}

/** Scripts whose words stand without spaces or carry their particles: one character class, so linear. */
const withoutSpaces =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
