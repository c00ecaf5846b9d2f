import type { Example } from '../data/example.ts'
import type { Span, Tracer } from '../ports/tracer.ts'
import { isRow } from '../signature/row.ts'

/** What one predictor was asked and answered. */
export interface TraceStep {
  readonly path: string
  readonly input: Example
  readonly output: Example
}

/** What one predictor was asked and failed to answer. */
export interface FailedStep {
  readonly path: string
  readonly input: Example
  readonly error: unknown
}

/** A tracer that remembers what the predictors of one run did. */
export interface TraceCollector {
  readonly tracer: Tracer
  /** The predictors that have answered so far, in the order they were started. */
  trace(): readonly TraceStep[]
  /** The predictors that have failed so far, in the order they were started. */
  failures(): readonly FailedStep[]
}

/**
 * Collects the trace of one run; what is traced goes on to `outer`, when there is one.
 *
 * The values are copies: a program that changes its lists afterwards does not change a demo.
 *
 * @example
 * const collector = collectTrace()
 * await program.run(input, { model, tracer: collector.tracer })
 * collector.trace() // [{ path: 'hop.predict', input: { question: … }, output: { query: … } }, …]
 */
export const collectTrace = (outer?: Tracer): TraceCollector => {
  const steps: Watched[] = []
  const watch = (tracer: Tracer | undefined): Tracer => ({
    start(start) {
      const span: Span | undefined = tracer?.start(start)
      const step: Watched = {}
      if (start.kind === 'predictor') steps.push(step)
      return {
        tracer: watch(span?.tracer),
        end(outcome) {
          if (isRow(start.input) && outcome.error !== undefined) {
            step.failed = { path: start.name, input: copyOf(start.input), error: outcome.error }
          } else if (isRow(start.input) && isRow(outcome.output)) {
            step.answered = { path: start.name, input: copyOf(start.input), output: copyOf(outcome.output) }
          }
          span?.end(outcome)
        },
      }
    },
  })
  return {
    tracer: watch(outer),
    trace: () => steps.flatMap(step => step.answered ?? []),
    failures: () => steps.flatMap(step => step.failed ?? []),
  }
}

/** A step as far as it has come. */
interface Watched {
  answered?: TraceStep
  failed?: FailedStep
}

/** A copy of lists and plain objects all the way down; anything else is kept as it is. */
const copyOf = <Value>(value: Value): Value => copied(value) as Value

const copied = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copied)
  if (isRow(value) && isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)]))
  }
  return value
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
