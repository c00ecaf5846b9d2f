import { predict } from '../modules/predict.ts'
import { describeProgram } from './describe-program.ts'
import type { AskOptions } from './prompt-model.ts'
import { exampleText, labelsOf, numberedBlocks, quotedLines } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { observationsWording, summaryWording } from './wording-grounded.ts'

export interface DataDescription {
  /** Absent where nothing came of the questions. */
  readonly text?: string
  /** Whether the budget ended within them. */
  readonly cut: boolean
}

export interface DescribeDataOptions extends AskOptions {
  /** Rows shown at once. */
  readonly batchSize: number
  /** Batches shown, at most: the first ones. */
  readonly batches: number
}

/**
 * Lets the prompt model look at rows, batch by batch and all batches at once, and sum up what it saw.
 *
 * Costs a call for each batch and one more where there is more than one.
 */
export async function* describeData<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  rows: readonly Row[],
  { batchSize, batches, ...options }: DescribeDataOptions,
): AsyncGenerator<SearchEvent, DataDescription, undefined> {
  const inputs = run.program.signature.inputs.map(({ name }) => name)
  const task = describeProgram({ ...run.program, predictors: [] })
  const count = Math.min(batches, Math.ceil(rows.length / batchSize))
  const shown = Array.from({ length: count }, (_, batch) =>
    numberedBlocks(
      observationsWording.row,
      rows
        .slice(batch * batchSize, (batch + 1) * batchSize)
        .map(row => exampleText(row, [...inputs, ...labelsOf(row, inputs)])),
    ),
  )
  const answers = yield* run.promptModel.ask(
    predict('task, rows -> observations', observationsWording),
    shown.map((rows, batch) => ({ input: { task, rows }, about: `observations of batch ${batch + 1}` })),
    options,
  )
  if (answers === undefined) return { cut: true }
  const observed = answers.flatMap(answer => (answer === undefined ? [] : [answer.observations.trim()])).filter(Boolean)
  const [only, ...more] = observed
  if (only === undefined) return { cut: false }
  if (more.length === 0) return yield* told(only)
  const summed = yield* run.promptModel.ask(
    predict('observations -> summary', summaryWording),
    [
      {
        input: {
          observations: numberedBlocks(
            summaryWording.part,
            observed.map(text => quotedLines(text)),
          ),
        },
        about: 'summary of the data',
      },
    ],
    options,
  )
  if (summed === undefined) return { cut: true }
  return yield* told(summed[0]?.summary.trim() || only)
}

function* told(text: string): Generator<SearchEvent, DataDescription, undefined> {
  yield { type: 'text-proposed', about: 'the data', text }
  return { text, cut: false }
}
