import { canonicalJson } from '../data/canonical-json.ts'
import { DataError } from '../errors/data-error.ts'

export interface FieldOption {
  /** The output field to judge; the last field of the prediction that the example has too when absent. */
  readonly field?: string
}

/** The value a metric judges, and the values that count as true. */
export interface Answer {
  readonly predicted: unknown
  /** At least one. A list in the example means "any of these", unless the prediction is a list itself. */
  readonly truths: readonly unknown[]
}

/**
 * Finds what to compare.
 *
 * @throws DataError `data/fields` when the field is missing on either side, or no field is shared
 */
export const answerOf = (example: object, prediction: object, { field }: FieldOption): Answer => {
  const name = field ?? Object.keys(prediction).findLast(key => Object.hasOwn(example, key))
  if (name === undefined) {
    throw new DataError(
      'data/fields',
      `Expected the example to have a field of the prediction: it has ${names(example)}, the prediction ${names(prediction)}. Name the label like the output field.`,
    )
  }
  const truth = read(example, name, 'example')
  const predicted = read(prediction, name, 'prediction')
  const truths = Array.isArray(predicted) ? [truth] : listed(truth)
  if (truths.length === 0) {
    throw new DataError('data/fields', `Expected at least one answer in '${name}' of the example, got an empty list.`)
  }
  return { predicted, truths }
}

/** The value of a field of a record; `what` the record is, for the message. */
export const read = (record: object, name: string, what: string): unknown => {
  if (Object.hasOwn(record, name)) return (record as Readonly<Record<string, unknown>>)[name]
  throw new DataError(
    'data/fields',
    `Expected a field '${name}' in the ${what}, which has ${names(record)}. Rename it.`,
  )
}

/** A list as it is, anything else as a list of one. */
export const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

const names = (record: object): string => Object.keys(record).join(', ') || 'no fields'

/** A value as text to compare: text as it is, lists and objects as JSON in one order of keys. */
export const answerText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'object' && value !== null
      ? canonicalJson(value)
      : String(value ?? '')
