import { seededRandom } from '../data/seeded-random.ts'
import { withLabeledDemos } from '../search/demos.ts'
import { confirmOnDev } from './confirm-on-dev.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface LabeledFewShotOptions {
  /** Demos for each predictor, at most. */
  readonly k?: number // dspy 3.4.1: 16
  /** Draw them with the seed; the first rows in order when false. */
  readonly sample?: boolean // dspy 3.4.1: true
  readonly seed?: number // dspy 3.4.1: 0
}

/**
 * Gives every predictor labeled rows of the training set as demos, drawn anew for each. No model calls of its own.
 *
 * Differs from DSPy 3.4.1:
 * - with a development set the student and the result are scored on it, and the result is kept only if it is better;
 * - the seed is an option.
 *
 * @see Brown et al. 2020, arXiv:2005.14165, for demonstrations
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const { program } = await labeledFewShot({ k: 4 }).optimize(student, { train, metric: exactMatch(), model })
 */
export const labeledFewShot = ({ k = 16, sample = true, seed = 0 }: LabeledFewShotOptions = {}): Optimizer => {
  whole('k', k, 0)
  wholeSeed(seed)
  return optimization('labeled-few-shot', seed, run =>
    // biome-ignore lint/correctness/useYield: it has nothing to tell
    confirmOnDev(run, async function* () {
      const random = sample ? seededRandom(run.seed) : undefined
      return { label: 'labeled demos', state: withLabeledDemos(run.program.state, run.train, k, random), cut: false }
    }),
  )
}
