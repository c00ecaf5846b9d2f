import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { DataError } from '../errors/data-error.ts'
import type { Metric } from '../evaluation/metric.ts'
import type { Context } from '../ports/context.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Signature } from '../signature/signature.ts'
import type { Budget } from './budget.ts'

/** What an optimizer is to solve, and the context to solve it in: at least a model. */
export interface Problem<Row extends object = Example, Output = object> extends Context {
  /** What to learn from; demos are made of these rows only. */
  readonly train: readonly Row[]
  /** What to choose by; never learned from. */
  readonly dev?: readonly Row[]
  readonly metric: Metric<Row, Output>
  /** Who writes instructions, rules and advice, within the same budget; the model itself when absent. */
  readonly promptModel?: LanguageModel
  /**
   * Instructions to try beside those the prompt model writes: one text for every predictor, or a text for each path. They
   * are the only ones where the prompt model cannot write (`capabilities.writesInstructions` is false).
   */
  readonly instructions?: readonly (string | Readonly<Record<string, string>>)[]
  /** Decides every choice of the run, a whole number from 0 to 2^53 - 1; the optimizer's own seed when absent. */
  readonly seed?: number
  /** What the run may spend; without limit when absent. */
  readonly budget?: Budget
  /** Examples run at once, which changes the time a run takes and nothing else; 8 when absent. */
  readonly concurrency?: number
}

/**
 * Refuses data that no run could use, before anything is spent.
 *
 * @throws DataError `data/empty` for no rows, `data/fields` for a row without a required input;
 * ConfigurationError `configuration/missing` for no model
 */
export const checkProblem = (
  signature: Signature,
  { train, dev, model }: Pick<Problem<object>, 'train' | 'dev' | 'model'>,
): void => {
  if (model === undefined) {
    throw new ConfigurationError(
      'configuration/missing',
      'Expected a model in the problem. Write { train, metric, model }.',
      {
        option: 'model',
      },
    )
  }
  checkRows(signature, train, 'train')
  if (dev !== undefined) checkRows(signature, dev, 'dev')
}

const checkRows = (signature: Signature, rows: readonly object[], part: string): void => {
  if (rows.length === 0)
    throw new DataError('data/empty', `Expected at least one row in ${part}, got none. Give examples.`)
  const required = signature.inputs.filter(field => !field.optional && field.default === undefined)
  for (const [index, row] of rows.entries()) {
    const missing = required.find(field => !Object.hasOwn(row, field.name))
    if (missing) {
      throw new DataError(
        'data/fields',
        `Expected the input '${missing.name}' in row ${index + 1} of ${part}, which has ${Object.keys(row).join(', ') || 'no fields'}. Name the column like the signature's field.`,
      )
    }
  }
}
