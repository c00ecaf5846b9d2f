import type { JsonObject, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { SandboxError } from '../errors/sandbox-error.ts'
import type { Sandbox, SandboxLimits } from '../ports/sandbox.ts'

export interface SandboxedMetricOptions {
  readonly sandbox: Sandbox
  readonly limits?: Partial<SandboxLimits>
  /** Shown beside results; `sandboxed` when absent. */
  readonly name?: string
  /** What the metric's `Math.random` and `Date` follow, for every row alike; 0 when absent. */
  readonly seed?: number
  readonly now?: number
}

/** As `MetricResult`, and nothing that came out of the sandbox beside it. */
export interface SandboxedMetricResult {
  readonly score: number
  readonly passed: boolean
  readonly feedback?: string
  readonly details?: JsonObject
}

/** A `Metric` for evaluate(), compare() and every optimizer. */
export interface SandboxedMetric {
  readonly name: string
  evaluate(example: object, prediction: object, trace?: object): Promise<number | boolean | SandboxedMetricResult>
}

/**
 * A metric from source text that nobody vouches for: a module whose default export judges (example, prediction, trace),
 * as a metric file of the command line does, but run in a sandbox. It may be async; it sees what JSON keeps of its
 * arguments, and gives a finite number, a boolean or `{ score, passed, feedback?, details? }`.
 *
 * A row on which it fails or is stopped scores as a failure with the error beside it; source that cannot be used at all
 * (`sandbox/source`), or an engine that does not load, ends the evaluation.
 *
 * @throws when it is run: SandboxError `sandbox/*`
 * @example
 * const metric = sandboxedMetric(text, { sandbox: quickjsSandbox({ engine }), limits: { timeMs: 100 } })
 * const { score } = await evaluate(program, { examples: rows, metric, model })
 */
export const sandboxedMetric = (
  source: string,
  { sandbox, limits, name = 'sandboxed', seed = 0, now = 0 }: SandboxedMetricOptions,
): SandboxedMetric => ({
  name,
  async evaluate(example, prediction, trace) {
    const args = trace === undefined ? [example, prediction] : [example, prediction, trace]
    return judged(await sandbox.run({ source, args, seed, now, ...(limits === undefined ? {} : { limits }) }))
  },
})

const judged = (value: JsonValue): number | boolean | SandboxedMetricResult => {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (isObject(value) && typeof value.score === 'number' && typeof value.passed === 'boolean') {
    const { score, passed, feedback, details } = value
    return {
      score,
      passed,
      ...(typeof feedback === 'string' ? { feedback } : {}),
      ...(isObject(details) ? { details } : {}),
    }
  }
  throw new SandboxError(
    'sandbox/output',
    'Expected the metric to return a finite number, a boolean or { score, passed }. ' +
      'Write: export default (example, prediction) => example.label === prediction.label',
  )
}
