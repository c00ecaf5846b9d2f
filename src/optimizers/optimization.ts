import { task } from '../data/task.ts'
import type { ProgramState } from '../ports/module.ts'
import type { ScoredCandidate } from '../search/candidate.ts'
import { type SearchRun, searchRun } from '../search/search-run.ts'
import { wholeSeed } from './demo-limits.ts'
import type { OptimizationResult, Optimizer, OptimizerEvent, Outcome } from './optimizer.ts'

/** What a search came to. */
export interface Found {
  /** What the program should know; absent when nothing was found. */
  readonly state?: ProgramState
  /** The score of the state, where it has one. */
  readonly score?: number
  /** The student, where it was scored. */
  readonly baseline?: ScoredCandidate | undefined
  /** Whether the budget ended the search. */
  readonly cut: boolean
}

/** The part of an optimizer that is its own: events out, what it found at the end. */
export type Search = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
) => AsyncGenerator<OptimizerEvent, Found, undefined>

/**
 * Makes an optimizer of a search. The seed of a run is the problem's, else `ownSeed`; one that cannot be used ends the
 * run before anything is spent.
 */
export const optimization = (name: string, ownSeed: number, search: Search): Optimizer => ({
  name,
  optimize: (program, problem) =>
    task(async function* (leaving) {
      const seed = wholeSeed(problem.seed ?? ownSeed)
      const run = searchRun(program, problem, { seed, leaving })
      yield {
        type: 'run-started',
        optimizer: name,
        seed,
        train: problem.train.length,
        dev: problem.dev?.length ?? 0,
        budget: problem.budget ?? {},
      }
      const found = yield* search(run)
      const result = resultOf(run, found)
      const { outcome, score, baseline, calls } = result
      yield { type: 'run-finished', outcome, calls, ...defined({ score, baseline }) }
      return result
    }),
})

const resultOf = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { state, score, baseline, cut }: Found,
): OptimizationResult<Input, Output> => ({
  program: state ? run.program.withState(state) : run.program,
  state: state ?? run.program.state,
  outcome: outcomeOf(state !== undefined, cut),
  ...defined({ score: state ? score : baseline?.score, baseline: baseline?.score }),
  candidates: run.candidates.toSorted((a, b) => b.score - a.score || a.index - b.index),
  usage: run.usage.total,
  calls: run.meter.spent.calls,
  tokens: run.meter.spent.tokens,
  usd: run.meter.spent.usd,
})

const outcomeOf = (isFound: boolean, cut: boolean): Outcome =>
  cut ? (isFound ? 'stopped' : 'budget') : isFound ? 'finished' : 'nothing'

/** The entries that have a value. */
const defined = (scores: { readonly score: number | undefined; readonly baseline: number | undefined }) => ({
  ...(scores.score !== undefined && { score: scores.score }),
  ...(scores.baseline !== undefined && { baseline: scores.baseline }),
})
