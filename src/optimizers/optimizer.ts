import type { Task } from '../data/task.ts'
import type { Usage } from '../data/usage.ts'
import type { Module, ProgramState } from '../ports/module.ts'
import type { Budget } from '../search/budget.ts'
import type { Candidate, ScoredCandidate } from '../search/candidate.ts'
import type { Problem } from '../search/problem.ts'
import type { SearchEvent, Warning } from '../search/search-event.ts'
import type { HonestResults } from './honest-results.ts'

/**
 * Looks for what makes a program better: iterate its task for the events, await it for the result.
 *
 * 1. The result is a function of (settings, seed, program, data, the model's answers), whatever the concurrency.
 * 2. The budget is never exceeded. When it ends, the best so far is the result.
 * 3. The student is unchanged; the result is a new program.
 * 4. Nothing is learned from development rows; with them, the result is never worse on them than the student.
 * 5. An abort is thrown as it came; nothing more is sent.
 * 6. Run again over a journal (`cached` model), it repeats no finished call and comes to the same result.
 */
export interface Optimizer {
  readonly name: string
  optimize<Input, Output extends object, Row extends object>(
    program: Module<Input, Output>,
    problem: Problem<Row, Output>,
  ): Task<OptimizerEvent, OptimizationResult<Input, Output>>
}

export type OptimizerEvent =
  | {
      readonly type: 'run-started'
      readonly optimizer: string
      readonly seed: number
      readonly train: number
      /** 0 when there is no development set. */
      readonly dev: number
      readonly budget: Budget
    }
  | SearchEvent
  | {
      readonly type: 'run-finished'
      readonly outcome: Outcome
      readonly score?: number
      readonly baseline?: number
      readonly calls: number
    }

/**
 * How a run ended: `finished` to its end; `stopped` by the budget, with the best so far; `budget` by the budget before
 * anything was found; `nothing` at its end without anything to give. The last two give back what the student knew.
 */
export type Outcome = 'finished' | 'stopped' | 'budget' | 'nothing'

export interface OptimizationResult<Input, Output> extends HonestResults {
  /** The program as it was given. */
  readonly student: Module<Input, Output>
  readonly program: Module<Input, Output>
  readonly state: ProgramState
  readonly outcome: Outcome
  /** The score of the state; absent when nothing was scored. */
  readonly score?: number
  /** The score of the student, where it was scored. */
  readonly baseline?: number
  /** Every scored candidate, the best first; the earlier first where they tie. */
  readonly candidates: readonly ScoredCandidate[]
  /** Everything that was proposed, scored or not, by index: the tree of candidates. */
  readonly proposed: readonly Candidate[]
  /** What a person should know before trusting the result. */
  readonly warnings: readonly Warning[]
  /** What was spent in this run; answers from a journal appear as `cachedCalls`. */
  readonly usage: Usage
  /** Model calls the run is made of, those answered from a journal included: what its budget counted. */
  readonly calls: number
  /** Input and output tokens of these calls, counted alike. */
  readonly tokens: number
  /** US dollars for these tokens, as far as the prices of the models are known. */
  readonly usd: number
}
