import type { Trace } from '../evaluation/metric.ts'
import type { Part } from './observation.ts'

/** One run of a program on a row, as far as the record goes. */
export interface RecordedRun {
  readonly part: Part
  readonly row: number
  readonly score: number
  readonly error?: unknown
  readonly trace: Trace
}

/** What a person should know of all the runs a search has paid for, whoever asked for them. */
export interface RunRecord {
  readonly runs: number
  readonly failures: number
  readonly firstFailure: RecordedRun | undefined
  /** The one score that every run with an answer has; undefined where they differ, or there are none. */
  readonly onlyScore: number | undefined
  /** The first traces with something in them: what predictors are asked with. */
  readonly traces: readonly Trace[]
  /** In the order of asking, never of arrival. */
  add(run: RecordedRun): void
}

/** Enough to see what a prompt weighs. */
const tracesKept = 4

export const runRecord = (): RunRecord => {
  const traces: Trace[] = []
  let [runs, failures] = [0, 0]
  let firstFailure: RecordedRun | undefined
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  return {
    get runs() {
      return runs
    },
    get failures() {
      return failures
    },
    get firstFailure() {
      return firstFailure
    },
    get onlyScore() {
      return least === most ? least : undefined
    },
    traces,
    add(run) {
      runs += 1
      if (run.error !== undefined) {
        failures += 1
        firstFailure ??= run
        return
      }
      least = Math.min(least, run.score)
      most = Math.max(most, run.score)
      if (traces.length < tracesKept && run.trace.length > 0) traces.push(run.trace)
    },
  }
}
