import { ConfigurationError } from '../errors/configuration-error.ts'

/** How many demos a predictor gets. */
export interface DemoLimits {
  /** Demos made of the program's own good runs, at most. */
  readonly maxBootstrappedDemos?: number // dspy 3.4.1: max_bootstrapped_demos=4
  /** Demos in all, at most: the rest is filled up with labeled rows. 0 leaves only bootstrapped ones. */
  readonly maxLabeledDemos?: number // dspy 3.4.1: max_labeled_demos=16
  /** Sets both of the above where they are absent: so many demos, of whatever kind. */
  readonly maxDemos?: number
}

/**
 * The limits with their defaults.
 *
 * @throws ConfigurationError `configuration/invalid` for a limit that is not a whole number of at least 0
 */
export const demoLimits = ({
  maxDemos,
  maxBootstrappedDemos = maxDemos ?? 4,
  maxLabeledDemos = maxDemos ?? 16,
}: DemoLimits): { readonly bootstrapped: number; readonly labeled: number } => ({
  bootstrapped: whole('maxBootstrappedDemos', maxBootstrappedDemos, 0),
  labeled: whole('maxLabeledDemos', maxLabeledDemos, 0),
})

/** The value, if it is a whole number of at least `least`, and one that a number holds exactly. */
export const whole = (option: string, value: number, least: number): number => {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected ${option} to be a whole number of at least ${least} and below 2^53, got ${value}. Write ${option}: ${Math.max(least, 4)}.`,
    { option },
  )
}

/** The seed, if every part of a run can be drawn from it. */
export const wholeSeed = (seed: number): number => whole('seed', seed, 0)
