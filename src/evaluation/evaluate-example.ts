import type { Example } from '../data/example.ts'
import type { Usage } from '../data/usage.ts'
import { usageLedger } from '../data/usage-ledger.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import { isSystemic } from './is-systemic.ts'
import { applyMetric, type Metric, type MetricResult, type Trace } from './metric.ts'

/** What one example came to. */
export interface ExampleResult<Row = Example, Output = unknown> extends MetricResult {
  /** The place of the example in the data, from 0. */
  readonly index: number
  readonly example: Row
  /** Absent when the program failed. */
  readonly prediction?: Output
  /** Why there is no prediction, or no score for it; the score is then the failure score. */
  readonly error?: unknown
  /** What this example cost. */
  readonly usage: Usage
}

export interface ExampleRun<Row, Output> {
  readonly metric: Metric<Row, Output>
  readonly context: Context
  /** The place of the example, for its result. */
  readonly index: number
  readonly failureScore: number
  /** Read after the run and given to the metric. */
  readonly trace?: () => Trace
}

/**
 * Runs a program on one example and judges what it gives. The program sees the inputs of its signature only, never the
 * labels. A failure becomes a score; what `isSystemic` says is thrown.
 */
export const evaluateExample = async <Input, Output extends object, Row extends object>(
  program: Module<Input, Output>,
  example: Row,
  { metric, context, index, failureScore, trace }: ExampleRun<Row, Output>,
): Promise<ExampleResult<Row, Output>> => {
  const ledger = usageLedger(context.usage)
  const described = (rest: MetricResult & { readonly prediction?: Output; readonly error?: unknown }) => ({
    index,
    example,
    ...rest,
    usage: ledger.total,
  })
  let prediction: Output | undefined
  try {
    prediction = await program.run(inputsOf(program, example), { ...context, usage: ledger })
    return described({ prediction, ...(await applyMetric(metric, example, prediction, trace?.(), context.signal)) })
  } catch (error) {
    if (context.signal?.aborted || isSystemic(error)) throw error
    const failure = { score: failureScore, passed: false, error }
    return described(prediction === undefined ? failure : { prediction, ...failure })
  }
}

/** The part of a row that a program takes; what it lacks is left to the program to refuse. */
const inputsOf = <Input>(program: Pick<Module<Input>, 'signature'>, example: object): Input =>
  Object.fromEntries(
    program.signature.inputs
      .filter(field => Object.hasOwn(example, field.name))
      .map(field => [field.name, (example as Example)[field.name]]),
  ) as Input // the caller's rows and signature agree, or the program says `prediction/input`
