import type { Usage } from '../data/usage.ts'
import { usageLedger } from '../data/usage-ledger.ts'
import type { Context } from '../ports/context.ts'
import type { Module } from '../ports/module.ts'
import type { MetricScope } from './metric.ts'

/**
 * Whom a judge asks, and how. It is not the program's context: what a judge spends is not in the usage or the budget of
 * what it judges. Give it a ledger to add it up, and a `budgeted` model to bound it.
 */
export interface JudgeContext
  extends Pick<
    Context,
    'model' | 'adapter' | 'sampling' | 'usage' | 'tracer' | 'clock' | 'signal' | 'deadlineMs' | 'maxAttempts'
  > {}

/** What a judge said, and what asking cost. */
export interface Verdict<Output> {
  readonly said: Output
  readonly usage: Usage
}

/** The parts of a judge's options that are its context. */
export const judgeContext = ({
  model,
  adapter,
  sampling,
  usage,
  tracer,
  clock,
  signal,
  deadlineMs,
  maxAttempts,
}: JudgeContext): JudgeContext => ({
  model,
  ...(adapter && { adapter }),
  ...(sampling && { sampling }),
  ...(usage && { usage }),
  ...(tracer && { tracer }),
  ...(clock && { clock }),
  ...(signal && { signal }),
  ...(deadlineMs !== undefined && { deadlineMs }),
  ...(maxAttempts !== undefined && { maxAttempts }),
})

/** Asks a judge once, in a span of its own, until the evaluation or the judge's own signal ends it. */
export const askJudge = async <Input, Output>(
  name: string,
  module: Pick<Module<Input, Output>, 'run'>,
  input: Input,
  context: JudgeContext,
  scope: MetricScope | undefined,
): Promise<Verdict<Output>> => {
  const usage = usageLedger(context.usage)
  const span = context.tracer?.start({ kind: 'metric', name, input })
  const signals = [context.signal, scope?.signal].filter(signal => signal !== undefined)
  try {
    const said = await module.run(input, {
      ...context,
      usage,
      ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
      ...(span && { tracer: span.tracer }),
    })
    span?.end({ output: said, usage: usage.total })
    return { said, usage: usage.total }
  } catch (error) {
    span?.end({ error, usage: usage.total })
    throw error
  }
}
