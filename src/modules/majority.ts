import { canonicalJson } from '../data/canonical-json.ts'
import { normalizeAnswer } from '../data/normalize-answer.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { completionsOf } from './prediction-details.ts'

export interface MajorityOptions<Prediction> {
  /** The field that is counted; the last one of the first prediction when absent. */
  readonly field?: keyof Prediction & string
  /**
   * What makes two values one; null or undefined for a value that has no vote. When absent, text is compared as the
   * question-answering metrics do, without case, articles and punctuation, and a text of nothing else has no vote.
   */
  readonly normalize?: (value: unknown) => unknown
}

/**
 * The first prediction with the value that most of them have; a tie goes to the value that was first. Takes a list, or
 * one prediction that was drawn with `n` above 1. When no value has a vote, the first prediction.
 *
 * As DSPy 3.4.1's `majority`; beyond it, values that are no text are compared as JSON.
 *
 * @throws ConfigurationError `configuration/invalid` when there is no prediction, or none has the field
 * @example
 * ensemble([first, second, third], { reduce: answers => majority(answers, { field: 'label' }) })
 * @example
 * const drawn = await predict('question -> answer', { n: 5 }).run({ question }, { model })
 * majority(drawn).answer
 */
export const majority = <Prediction extends object>(
  predictions: readonly Prediction[] | Prediction,
  { field, normalize = normalized }: MajorityOptions<Prediction> = {},
): Prediction => {
  const all = isList(predictions) ? predictions : completionsOf(predictions)
  const [first] = all
  const counted = field ?? (first && Object.keys(first).at(-1))
  if (first === undefined || counted === undefined || !Object.hasOwn(first, counted)) {
    throw new ConfigurationError(
      'configuration/invalid',
      first === undefined
        ? 'Expected at least one prediction. Give a list, or a prediction drawn with n above 1.'
        : `Expected predictions with the field '${counted ?? ''}'. Name one of ${Object.keys(first).join(', ')}.`,
      { option: first === undefined ? 'predictions' : 'field' },
    )
  }
  const votes = new Map<string, { count: number; readonly prediction: Prediction }>()
  for (const prediction of all) {
    const value = normalize((prediction as Readonly<Record<string, unknown>>)[counted])
    if (value === null || value === undefined) continue
    const key = canonicalJson(value)
    const vote = votes.get(key) ?? { count: 0, prediction }
    vote.count += 1
    votes.set(key, vote)
  }
  let winner: { readonly count: number; readonly prediction: Prediction } = { count: 0, prediction: first }
  for (const vote of votes.values()) if (vote.count > winner.count) winner = vote
  return winner.prediction
}

const normalized = (value: unknown): unknown =>
  typeof value === 'string' ? normalizeAnswer(value) || undefined : value

const isList = <Prediction>(given: readonly Prediction[] | Prediction): given is readonly Prediction[] =>
  Array.isArray(given)
