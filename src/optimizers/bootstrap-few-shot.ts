import { fewShot, type Teacher } from '../search/few-shot.ts'
import { confirmOnDev } from './confirm-on-dev.ts'
import { type DemoLimits, demoLimits, whole, wholeSeed } from './demo-limits.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface BootstrapFewShotOptions extends DemoLimits {
  /** Times a row is tried until it succeeds; from the second on at temperature 1. */
  readonly maxIterations?: number // dspy 3.4.1: max_rounds=1
  /** The score from which a run becomes a demo; what the metric says has passed when absent. */
  readonly metricThreshold?: number // dspy 3.4.1: None
  /**
   * Rows tried at once. Never fewer than demos are missing, which costs nothing; more is faster, tries up to
   * `batchSize - 1` rows in vain and gives the same demos.
   */
  readonly batchSize?: number
  /** Who makes the demos; the student with labeled demos when absent. */
  readonly teacher?: Teacher
  readonly seed?: number // dspy 3.4.1: 0
}

/**
 * Runs the program on training rows and gives each of its predictors the runs that went well as demos, filled up with
 * labeled rows.
 *
 * Costs at most `maxIterations` runs of the program for each training row; it stops as soon as it has its demos.
 *
 * Differs from DSPy 3.4.1 (`BootstrapFewShot`):
 * - rows are tried in batches, with the same demos and, unless `batchSize` says otherwise, the same calls;
 * - of a predictor called several times in one run, the demo is drawn by our seed: DSPy's dice hash Python pickles;
 * - failing rows are counted in the events and never end the run; systemic errors do;
 * - with a development set the student and the result are scored on it, and the result is kept only if it is better;
 * - a run that found no demo, labeled or bootstrapped, says so: outcome `nothing`.
 *
 * @see Khattab et al. 2023, arXiv:2310.03714, section 3.3
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const optimizer = bootstrapFewShot({ maxIterations: 2, batchSize: train.length, seed: 42, metricThreshold: 0.8, maxDemos: 5 })
 * const { program, calls } = await optimizer.optimize(student, { train, metric: exactMatch(), model })
 */
export const bootstrapFewShot = ({
  maxIterations = 1,
  metricThreshold,
  batchSize = 1,
  teacher,
  seed = 0,
  ...limits
}: BootstrapFewShotOptions = {}): Optimizer => {
  const { bootstrapped, labeled } = demoLimits(limits)
  const rounds = whole('maxIterations', maxIterations, 1)
  wholeSeed(seed)
  whole('batchSize', batchSize, 1)
  return optimization('bootstrap-few-shot', seed, run =>
    confirmOnDev(run, async function* () {
      const { state, rows, cut } = yield* fewShot(run, {
        order: [...run.train.keys()],
        bootstrapped,
        labeled,
        rounds,
        threshold: metricThreshold,
        batchSize,
        teacher,
        keep: run.scoringCost,
      })
      const isFound = rows > 0 || (!cut && Object.values(state).some(predictor => predictor.demos.length > 0))
      return isFound ? { label: 'bootstrap', state, cut } : { label: 'bootstrap', cut }
    }),
  )
}
