import { canonicalJson } from '../data/canonical-json.ts'
import { type Task, task } from '../data/task.ts'
import { type Comparison, compareScores } from '../evaluation/compare.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import type { EvaluationResult } from '../evaluation/evaluation-result.ts'
import type { Metric } from '../evaluation/metric.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import { disagreementWarning, sharedRowsWarning } from '../search/honest-warnings.ts'
import type { Warning } from '../search/search-event.ts'
import type { HonestResults } from './honest-results.ts'
import type { OptimizationResult } from './optimizer.ts'

/** What to test on, and the context to run in: at least a model. */
export interface TestReportOptions<Row extends object, Output> extends Context {
  /** Rows that nothing was learned from or chosen by. */
  readonly test: readonly Row[]
  readonly metric: Metric<Row, Output>
  /** The rows of the optimization, to find those that stand in the test as well. */
  readonly train?: readonly object[]
  readonly dev?: readonly object[]
  /** Examples run at once; 8 when absent. */
  readonly concurrency?: number
  /** Of the intervals and of what the program draws; 0 when absent. */
  readonly seed?: number
}

export type TestReportEvent<Row extends object, Output> =
  | {
      readonly type: 'example-tested'
      readonly program: 'student' | 'result'
      readonly finished: number
      readonly total: number
    }
  /** One of the two is scored: what there is where a budget ends before the other is. */
  | {
      readonly type: 'program-tested'
      readonly program: 'student' | 'result'
      readonly result: EvaluationResult<Row, Output>
    }
  | ({ readonly type: 'warning' } & Warning)

/** What an optimization came to on rows that were held out. */
export interface TestReport<Row extends object, Output> extends Pick<HonestResults, 'promptTokens'> {
  readonly before: EvaluationResult<Row, Output>
  readonly after: EvaluationResult<Row, Output>
  /** After against before, row by row, with the interval of the difference. */
  readonly gain: Comparison
  /** The gain on the rows it was chosen by, where there is one. */
  readonly chosenGain?: number
  readonly warnings: readonly Warning[]
}

/**
 * Scores the student and the result of an optimization on rows that were held out: an optimizer chooses what looks best
 * on its development rows, which flatters it. A result that learned nothing is run once.
 *
 * It warns of test rows that training or development has too (`shared-rows`), and of a test that does not bear out the
 * gain on the rows it was chosen by (`dev-test-disagree`).
 *
 * @throws what `evaluate` throws; a BudgetError of a budgeted model ends it, after the events of what was scored
 * @example
 * const result = await auto().optimize(student, { train, dev, metric, model })
 * const { before, after, gain } = await testReport(result, { test, metric, model, train, dev })
 */
export const testReport = <Input, Output extends object, Row extends object>(
  result: Pick<OptimizationResult<Input, Output>, 'student' | 'program' | 'promptTokens'> &
    Partial<Pick<OptimizationResult<Input, Output>, 'score' | 'baseline'>>,
  { test, train = [], dev = [], ...options }: TestReportOptions<Row, Output>,
): Task<TestReportEvent<Row, Output>, TestReport<Row, Output>> =>
  task(async function* (leaving) {
    const { student, program, promptTokens, score, baseline } = result
    const signal = options.signal ? AbortSignal.any([options.signal, leaving]) : leaving
    const on = { ...options, signal, examples: test }
    const shared = [
      ...sharedRowsWarning(student.signature, ['train', train], ['test', test]),
      ...sharedRowsWarning(student.signature, ['dev', dev], ['test', test]),
    ]
    for (const warning of shared) yield { type: 'warning', ...warning }
    const before = yield* tested('student', student, on)
    const isSame = canonicalJson(student.state) === canonicalJson(program.state)
    const after = isSame ? before : yield* tested('result', program, on)
    const gain = compareScores(scoresOf(before), scoresOf(after), { seed: options.seed ?? 0 })
    const chosenGain = score !== undefined && baseline !== undefined ? score - baseline : undefined
    const disagreement = disagreementWarning(chosenGain, gain)
    for (const warning of disagreement) yield { type: 'warning', ...warning }
    return {
      ...{ before, after, gain, promptTokens, warnings: [...shared, ...disagreement] },
      ...(chosenGain !== undefined && { chosenGain }),
    }
  })

async function* tested<Input, Output extends object, Row extends object>(
  which: 'student' | 'result',
  program: Module<Input, Output>,
  options: Parameters<typeof evaluate<Input, Output, Row>>[1],
): AsyncGenerator<TestReportEvent<Row, Output>, EvaluationResult<Row, Output>, undefined> {
  const evaluation = evaluate(program, options)
  for await (const event of evaluation) {
    if (event.type !== 'example-finished') continue
    yield { type: 'example-tested', program: which, finished: event.finished, total: event.total }
  }
  const result = await evaluation
  yield { type: 'program-tested', program: which, result }
  return result
}

const scoresOf = ({ results }: EvaluationResult<unknown>): readonly number[] => results.map(result => result.score)
