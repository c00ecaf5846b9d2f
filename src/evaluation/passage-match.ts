import { answerText, type FieldOption, listed, read } from './answer-fields.ts'
import type { Metric } from './metric.ts'
import { normalizeAnswer } from './normalize-answer.ts'

export interface PassageMatchOptions extends FieldOption {
  /** The field of the prediction that holds the passages, a list of texts or one text; `context` when absent. */
  readonly context?: string
}

/**
 * 1 when a passage the program found holds one of the right answers, word for word; else 0. For judging retrieval.
 *
 * @see Karpukhin et al. 2020, arXiv:2004.04906, for the words
 * @throws DataError `data/fields` when a field is missing
 * @example
 * passageMatch({ field: 'answer', context: 'passages' })
 */
export const passageMatch = ({
  field = 'answer',
  context = 'context',
}: PassageMatchOptions = {}): Metric<object, object> => ({
  name: 'passage-match',
  evaluate: (example, prediction) => {
    const passages = listed(read(prediction, context, 'prediction'))
    const truths = listed(read(example, field, 'example'))
    return passageHasAnswer(passages.map(answerText), truths.map(answerText))
  },
})

/** Whether the words of an answer stand in a row in one of the passages, after normalization. */
const passageHasAnswer = (passages: readonly string[], answers: readonly string[]): boolean => {
  const wanted = answers.map(answer => passageWords(normalizeAnswer(answer)))
  return passages.some(passage => {
    const words = passageWords(normalizeAnswer(passage))
    return wanted.some(answer => isRun(words, answer))
  })
}

/**
 * The words of a text as dense passage retrieval cuts them: runs of letters, digits and marks, and every other visible
 * character by itself; decomposed and in lower case.
 */
export const passageWords = (text: string): string[] =>
  text
    .normalize('NFD')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+|[^\p{Z}\p{C}]/gu) ?? []

const isRun = (words: readonly string[], wanted: readonly string[]): boolean => {
  for (let start = 0; start + wanted.length <= words.length; start += 1) {
    if (wanted.every((word, offset) => words[start + offset] === word)) return true
  }
  return false
}
