import { bootstrapRandomSearch } from './bootstrap-random-search.ts'
import { wholeSeed } from './demo-limits.ts'
import type { Optimizer } from './optimizer.ts'

export interface AutoOptions {
  readonly seed?: number
  readonly metricThreshold?: number
}

/**
 * The best we have for the data, the budget and the model: today random search over demos, sized to the budget.
 *
 * Without a budget of calls it tries 16 shuffles. With one it tries as many as fit, scoring included. A development set
 * too large for that is not cut down: what the budget cannot hold is left out, and the outcome says so.
 *
 * @throws ConfigurationError `configuration/invalid` for a seed that is not a whole number from 0 to 2^53 - 1
 * @example
 * const { program } = await auto().optimize(student, { train, dev, metric, model, budget: { calls: 400 } })
 */
export const auto = ({ seed = 0, ...options }: AutoOptions = {}): Optimizer => {
  wholeSeed(seed)
  return {
    name: 'auto',
    optimize(program, problem) {
      const calls = problem.budget?.calls ?? Number.POSITIVE_INFINITY
      const callsPerRun = Math.max(1, program.predictors.length)
      const scoring = (problem.dev ?? problem.train).length * callsPerRun
      const bootstrapping = Math.min(problem.train.length, 2 * bootstrapped) * callsPerRun
      const unshuffled = 3 * scoring + bootstrapping
      const fitting = Math.floor((calls - unshuffled) / (scoring + bootstrapping))
      const candidates = Math.min(16, Math.max(0, fitting))
      return bootstrapRandomSearch({ ...options, candidates, maxBootstrappedDemos: bootstrapped, seed }).optimize(
        program,
        problem,
      )
    },
  }
}

/** Rows each candidate bootstraps, at most. */
const bootstrapped = 4
