import type { Example } from '../data/example.ts'
import { seededRandom } from '../data/seeded-random.ts'
import type { Split } from '../data/split.ts'
import { DataError } from '../errors/data-error.ts'
import { textIn } from './text-in.ts'

/** A word problem of grade school. */
export interface GradeSchoolProblem {
  readonly question: string
  /** The solution in words. */
  readonly goldReasoning: string
  /** The number, without thousands separators. */
  readonly answer: string
}

/**
 * GSM8K as DSPy 3.4.1 cuts it: the official training rows shuffled by seed 0, 200 of them to train on and the next 300 as
 * dev; all official test rows, shuffled, as test.
 *
 * @param official the rows of `openai/gsm8k`, config `main`, splits `train` and `test`
 * @throws DataError `data/fields` for a row without its `####` before the number
 * @see Cobbe et al. 2021, arXiv:2110.14168
 */
export const gsm8k = (official: {
  readonly train: readonly Example[]
  readonly test: readonly Example[]
}): Split<GradeSchoolProblem> => {
  const shuffled = seededRandom(0).shuffle(official.train.map(asProblem))
  return {
    train: shuffled.slice(0, 200),
    dev: shuffled.slice(200, 500),
    test: seededRandom(0).shuffle(official.test.map(asProblem)),
  }
}

const asProblem = (row: Example): GradeSchoolProblem => {
  const words = textIn(row, 'answer', 'GSM8K').trim().split(/\s+/)
  const number = Number((words.at(-1) ?? '').replaceAll(',', ''))
  if (words.at(-2) !== '####' || !Number.isInteger(number)) {
    throw new DataError('data/fields', "Expected an answer of GSM8K to end in '#### number'. Give its official rows.")
  }
  return {
    question: textIn(row, 'question', 'GSM8K'),
    goldReasoning: words.slice(0, -2).join(' '),
    answer: String(number),
  }
}

/**
 * The whole number an answer of GSM8K gives: the digits, before a point, of the last word on the first line that has any;
 * 0 when none has. Signs are not read, as in DSPy 3.4.1.
 */
export const gsm8kNumber = (answer: string): number => {
  const [line = ''] = answer.trim().split('\n')
  const word = line.split(/\s+/).findLast(part => /\d/.test(part)) ?? ''
  const [whole = ''] = word.split('.')
  return Number(whole.replaceAll(/\D/g, ''))
}

/** Whether a prediction gives the number of its example: the metric of GSM8K. */
export const gsm8kMetric = (example: { readonly answer: unknown }, prediction: { readonly answer: unknown }): boolean =>
  gsm8kNumber(String(example.answer)) === gsm8kNumber(String(prediction.answer))
