import { type Answer, answerOf, answerText, type FieldOption, read } from './answer-fields.ts'
import { shownWording } from './wording.ts'

export interface QuestionOption extends FieldOption {
  /**
   * The field of the example that holds the question. When absent `question`, where the example has one, else all that the
   * example has and the prediction does not.
   */
  readonly question?: string
}

/** What a judge of answers is shown. */
export interface JudgedTexts {
  readonly question: string
  readonly reference: string
  readonly answer: string
}

/**
 * Finds question, reference and answer.
 *
 * @throws DataError `data/fields` when one of them is missing
 */
export const judgedTexts = (example: object, prediction: object, options: QuestionOption): JudgedTexts => {
  const { predicted, truths }: Answer = answerOf(example, prediction, options)
  return {
    question: questionOf(example, prediction, options.question),
    reference: shownWording.anyOf(truths.map(answerText)),
    answer: answerText(predicted),
  }
}

const questionOf = (example: object, prediction: object, name: string | undefined): string => {
  if (name !== undefined) return answerText(read(example, name, 'example'))
  if (Object.hasOwn(example, 'question')) return answerText(read(example, 'question', 'example'))
  return fieldsText(example, key => !Object.hasOwn(prediction, key))
}

/** The fields of a row that are wanted, as text. */
export const fieldsText = (row: object, isWanted: (name: string) => boolean): string =>
  shownWording.fields(
    Object.entries(row)
      .filter(([name]) => isWanted(name))
      .map(([name, value]) => [name, answerText(value)] as const),
  )
