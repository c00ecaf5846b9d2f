import { addUsage, type Context, type Example, type ExampleResult, evaluate } from '../../src/index.ts'
import type { NamedMetric } from './metric-from-flags.ts'
import type { AnyProgram } from './program-from-flags.ts'
import type { Tally } from './tally.ts'

export type ScoredRow = ExampleResult<Example, Example>

export interface Scoring {
  readonly program: AnyProgram
  readonly metric: NamedMetric
  readonly context: Context
  readonly concurrency: number
  /** Where the rows are counted. */
  readonly tally: Tally
}

/** Scores the next rows of a file and adds them to the tally; `show` is told how many rows of the file are done. */
export const scoreRows = async (
  rows: readonly Example[],
  { program, metric, context, concurrency, tally }: Scoring,
  show: (done: number) => void,
): Promise<readonly ScoredRow[]> => {
  const before = tally.scores.length
  const results: ScoredRow[] = []
  let done = 0
  try {
    for await (const event of evaluate(program, { ...context, examples: rows, metric: metric.metric, concurrency })) {
      if (event.type !== 'example-finished') continue
      results[event.result.index] = event.result
      done = event.finished
      show(before + done)
    }
  } catch (error) {
    // That no example of a later chunk was answered says nothing about the file: there may be a single one left.
    if (before === 0 || done < rows.length) throw error
  }
  for (const { score, error, usage } of results) {
    tally.scores.push(score)
    tally.failures += error === undefined ? 0 : 1
    tally.failure ??= error
    tally.usage = addUsage(tally.usage, usage)
  }
  return results
}

/** The fields of a prediction beside those of its example. */
export const prefixed = (prefix: string, prediction: object | undefined): Example =>
  Object.fromEntries(Object.entries(prediction ?? {}).map(([name, value]) => [`${prefix}.${name}`, value]))
