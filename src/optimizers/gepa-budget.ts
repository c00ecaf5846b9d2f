import { ConfigurationError } from '../errors/configuration-error.ts'
import { whole } from './demo-limits.ts'

/** How long GEPA searches, in runs of the program that a metric judged: one of the three. */
export interface GepaBudget {
  /** A length by the size of the program and of the development set; `light` when none of the three is given. */
  readonly auto?: 'light' | 'medium' | 'heavy' // dspy 3.4.1: auto=None, and one of the three is required
  /** So many times the training and the development rows. */
  readonly maxFullEvals?: number
  /** So many judged runs. The iteration in which they are reached is finished. */
  readonly maxMetricCalls?: number
}

/** What the limit depends on. */
export interface GepaSizes {
  /** Texts that can be rewritten. */
  readonly components: number
  readonly train: number
  /** 0 where there is no development set. */
  readonly dev: number
}

/** Candidates to reckon with. */
const autoCandidates = { light: 6, medium: 12, heavy: 18 } as const // dspy 3.4.1: AUTO_RUN_SETTINGS

/**
 * Refuses limits that make no sense.
 *
 * @throws ConfigurationError `configuration/invalid` for two limits at once, or one that is no whole number of at least 1
 */
export const checkGepaBudget = ({ auto, maxFullEvals, maxMetricCalls }: GepaBudget): void => {
  if (maxFullEvals !== undefined) whole('maxFullEvals', maxFullEvals, 1)
  if (maxMetricCalls !== undefined) whole('maxMetricCalls', maxMetricCalls, 1)
  if (auto !== undefined && !Object.hasOwn(autoCandidates, auto)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected auto to be one of ${Object.keys(autoCandidates).join(', ')}, got ${String(auto)}. Write auto: 'light'.`,
      { option: 'auto' },
    )
  }
  if ([auto, maxFullEvals, maxMetricCalls].filter(limit => limit !== undefined).length > 1) {
    throw new ConfigurationError(
      'configuration/invalid',
      "Expected one of auto, maxFullEvals and maxMetricCalls, got more. Write auto: 'light'.",
      { option: 'auto' },
    )
  }
}

/** The judged runs after which no iteration begins; DSPy 3.4.1's numbers. */
export const metricCallsOf = (
  { auto = 'light', maxFullEvals, maxMetricCalls }: GepaBudget,
  { components, train, dev }: GepaSizes,
): number => {
  if (maxMetricCalls !== undefined) return maxMetricCalls
  if (maxFullEvals !== undefined) return maxFullEvals * (train + dev)
  const candidates = autoCandidates[auto]
  const scoring = dev > 0 ? dev : train
  const trials = Math.trunc(Math.max(4 * Math.max(components, 1) * Math.log2(candidates), 1.5 * candidates))
  const wholeScorings = Math.floor((trials + 1) / fullEvalEvery) + 1 + (trials < fullEvalEvery ? 1 : 0)
  return scoring + 5 * candidates + trials * reckonedBatch + wholeScorings * scoring
}

/** The batch that the reckoning assumes, whatever the batches of the search are. */
const reckonedBatch = 35 // dspy 3.4.1: auto_budget(minibatch_size=35)
const fullEvalEvery = 5 // dspy 3.4.1: auto_budget(full_eval_steps=5)
