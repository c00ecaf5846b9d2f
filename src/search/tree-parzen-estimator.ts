import type { Random } from '../data/random.ts'

/** One choice for each parameter, by its place among the parameter's choices, and how good it turned out. */
export interface ParzenTrial {
  readonly choices: readonly number[]
  /** More is better; on one scale for all trials. */
  readonly value: number
}

export interface TreeParzenEstimatorOptions {
  /** Trials drawn evenly before anything is learned from them. */
  readonly startupTrials?: number // optuna 5.0.0: n_startup_trials=10
  /** Samples of the good density, of which the one that the bad density likes least is suggested. */
  readonly candidates?: number // optuna 5.0.0: n_ei_candidates=24
  /** How many trials' worth the even density weighs beside the trials seen. */
  readonly priorWeight?: number // optuna 5.0.0: prior_weight=1.0
}

export interface TreeParzenEstimator {
  /** What to try next, after these trials. A function of the trials, in their order, and the dice alone. */
  suggest(trials: readonly ParzenTrial[], random: Random): readonly number[]
  /**
   * How much likelier these choices are among the good trials than among the others: the logarithm of the ratio of the two
   * densities, which is what `suggest` maximizes over its samples. Undefined while there are too few trials.
   */
  advantage(trials: readonly ParzenTrial[], choices: readonly number[]): number | undefined
}

/**
 * A sampler for parameters with unordered choices that learns from the trials so far: a density of the best tenth of them
 * (25 at most) and one of all others, each a mixture of one kernel a trial over all parameters together, and an even one.
 *
 * The densities are those of Optuna 5.0.0 (`TPESampler(multivariate=True)`), value for value; the dice are ours. Parameters with
 * one choice are left out of the densities, as there.
 *
 * @param sizes the number of choices of each parameter, at least 1
 * @throws RangeError when a trial has other choices than the parameters have
 * @see Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization"; Watanabe 2023, arXiv:2304.11127
 * @example
 * const sampler = treeParzenEstimator([3, 6])
 * const choices = sampler.suggest(trials, seededRandom(9)) // [2, 0]
 */
export const treeParzenEstimator = (
  sizes: readonly number[],
  { startupTrials = 10, candidates = 24, priorWeight = 1 }: TreeParzenEstimatorOptions = {},
): TreeParzenEstimator => {
  const free = sizes.flatMap((size, parameter) => (size > 1 ? [parameter] : []))

  const densitiesOf = (trials: readonly ParzenTrial[]): Densities | undefined => {
    for (const { choices } of trials) checkChoices(choices, sizes)
    if (trials.length < startupTrials || free.length === 0) return undefined
    const best = trials.toSorted((a, b) => b.value - a.value).slice(0, goodCount(trials.length))
    const good = new Set(best)
    const densityOfTrials = (chosen: readonly ParzenTrial[]): Density =>
      densityOf(
        chosen.map(({ choices }) => choices),
        sizes,
        free,
        priorWeight,
      )
    return {
      good: densityOfTrials(trials.filter(trial => good.has(trial))),
      bad: densityOfTrials(trials.filter(trial => !good.has(trial))),
    }
  }

  const ratio = ({ good, bad }: Densities, choices: readonly number[]): number =>
    good.logarithmAt(choices) - bad.logarithmAt(choices)

  return {
    suggest(trials, random) {
      const densities = densitiesOf(trials)
      if (densities === undefined) return sizes.map(size => (size > 1 ? random.integer(0, size - 1) : 0))
      const samples = Array.from({ length: candidates }, () => densities.good.sample(random))
      const ratios = samples.map(sample => ratio(densities, sample))
      return samples[ratios.indexOf(Math.max(...ratios))] ?? sizes.map(() => 0)
    },
    advantage(trials, choices) {
      checkChoices(choices, sizes)
      const densities = densitiesOf(trials)
      return densities && ratio(densities, choices)
    },
  }
}

/** How many of the trials are good: a tenth, 25 at most. */
const goodCount = (trials: number): number => Math.min(Math.ceil(0.1 * trials), 25) // optuna 5.0.0: default_gamma

/** Trials that weigh in full; of those before, the oldest weighs least. */
const recentTrials = 25

/** The weight of each trial, the oldest first: even for the last 25, rising to them in equal steps before. */
const trialWeights = (count: number): readonly number[] => {
  const ramp = count - recentTrials
  return Array.from({ length: count }, (_, index) => {
    if (count < recentTrials || index >= ramp) return 1
    return ramp === 1 ? 1 / count : 1 / count + (index * (1 - 1 / count)) / (ramp - 1)
  })
}

interface Densities {
  readonly good: Density
  readonly bad: Density
}

interface Density {
  sample(random: Random): readonly number[]
  logarithmAt(choices: readonly number[]): number
}

/** A mixture of a kernel for each observation, which gives its own choices more than the others, and of an even one. */
const densityOf = (
  observations: readonly (readonly number[])[],
  sizes: readonly number[],
  free: readonly number[],
  priorWeight: number,
): Density => {
  const kernels = observations.length + 1
  const raw = observations.length === 0 ? [1] : [...trialWeights(observations.length), priorWeight]
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  const weights = raw.map(weight => weight / total)
  const spread = priorWeight / kernels

  /** The probability of a choice under one kernel; the last kernel is the even one. */
  const probability = (kernel: number, parameter: number, choice: number): number => {
    const size = sizes[parameter] ?? 1
    const observed = observations[kernel]?.[parameter]
    if (observed === undefined || observations.length === 0) return 1 / size
    return (spread + (observed === choice ? 1 : 0)) / (1 + size * spread)
  }

  return {
    sample(random) {
      const kernel = drawn(weights, random)
      return sizes.map((size, parameter) =>
        size > 1
          ? drawn(
              Array.from({ length: size }, (_, choice) => probability(kernel, parameter, choice)),
              random,
            )
          : 0,
      )
    },
    logarithmAt(choices) {
      const logarithms = weights.map((weight, kernel) =>
        free.reduce(
          (sum, parameter) => sum + Math.log(probability(kernel, parameter, choices[parameter] ?? 0)),
          Math.log(weight),
        ),
      )
      const most = Math.max(...logarithms)
      return most + Math.log(logarithms.reduce((sum, logarithm) => sum + Math.exp(logarithm - most), 0))
    },
  }
}

/** An index by probabilities that add up to 1. */
const drawn = (probabilities: readonly number[], random: Random): number => {
  let left = random.random()
  for (const [index, probability] of probabilities.entries()) {
    left -= probability
    if (left < 0) return index
  }
  return probabilities.length - 1
}

const checkChoices = (choices: readonly number[], sizes: readonly number[]): void => {
  const isKnown = (choice: number, parameter: number): boolean =>
    Number.isInteger(choice) && choice >= 0 && choice < (sizes[parameter] ?? 0)
  if (choices.length === sizes.length && choices.every(isKnown)) return
  throw new RangeError(`Expected one choice below each of ${sizes.join(', ')}, got ${choices.join(', ')}.`)
}
