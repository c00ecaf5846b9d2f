import { canonicalJson } from '../data/canonical-json.ts'
import { task } from '../data/task.ts'
import { OptimizationError } from '../errors/optimization-error.ts'
import type { ProgramState } from '../ports/module.ts'
import type { ScoredCandidate } from '../search/candidate.ts'
import type { Warning } from '../search/search-event.ts'
import { type SearchRun, searchRun } from '../search/search-run.ts'
import { wholeSeed } from './demo-limits.ts'
import { type HonestResults, honestResults, warningsAtStart } from './honest-results.ts'
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
  /** What a person should know before trusting it, beside what every run warns of. */
  readonly warnings?: readonly Warning[]
}

/** The part of an optimizer that is its own: events out, what it found at the end. */
export type Search = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
) => AsyncGenerator<OptimizerEvent, Found, undefined>

/** An optimizer whose search can be made within the run of another: `betterTogether`. */
export interface SearchingOptimizer extends Optimizer {
  readonly searchIn: Search
}

/** Whether an optimizer is one of `optimization`. */
export const isSearching = (optimizer: Optimizer): optimizer is SearchingOptimizer =>
  'searchIn' in optimizer && typeof optimizer.searchIn === 'function'

/**
 * Makes an optimizer of a search. The seed of a run is the problem's, else `ownSeed`; one that cannot be used ends the
 * run before anything is spent.
 */
export const optimization = (name: string, ownSeed: number, search: Search): SearchingOptimizer => ({
  name,
  searchIn: search,
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
      const atStart = warningsAtStart(run)
      for (const warning of atStart) yield { type: 'warning', ...warning }
      const found = yield* search(run)
      const nothing = noProposal(name, run, found)
      if (nothing !== undefined) throw nothing
      const { warnings: ofRun, ...honest } = honestResults(run, found.state)
      const atEnd = [...(found.warnings ?? []), ...noProposalsWarning(run), ...ofRun]
      for (const warning of atEnd) yield { type: 'warning', ...warning }
      const result = { ...resultOf(run, found), ...honest, warnings: [...atStart, ...atEnd] }
      const { outcome, score, baseline, calls } = result
      yield { type: 'run-finished', outcome, calls, ...defined({ score, baseline }) }
      return result
    }),
})

const resultOf = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { state, score, baseline, cut }: Found,
): Omit<OptimizationResult<Input, Output>, keyof HonestResults | 'warnings'> => ({
  student: run.program,
  program: state ? run.program.withState(state) : run.program,
  state: state ?? run.program.state,
  outcome: outcomeOf(state !== undefined, cut),
  ...defined({ score: state ? score : baseline?.score, baseline: baseline?.score }),
  candidates: run.candidates.toSorted((a, b) => b.score - a.score || a.index - b.index),
  proposed: run.proposed,
  usage: run.usage.total,
  calls: run.meter.spent.calls,
  tokens: run.meter.spent.tokens,
  usd: run.meter.spent.usd,
})

/** An optimizer that was given nothing to try, and found nothing else, must not look as if it had searched. */
const noProposal = <Input, Output extends object, Row extends object>(
  optimizer: string,
  run: SearchRun<Input, Output, Row>,
  { cut }: Found,
): OptimizationError | undefined => {
  const { asked, lastError } = run.promptModel.record
  const student = canonicalJson(run.program.state)
  const hasSearched = run.proposed.some(({ state }) => canonicalJson(state) !== student)
  if (!isSilent(run) || cut || hasSearched) return undefined
  return new OptimizationError(
    'optimization/no-proposal',
    `Expected the prompt model to write something to try; it was asked ${asked} times and gave nothing that could be used. The last reason: ${reasonOf(lastError)} Give a stronger promptModel, or instructions of your own in the problem.`,
    { optimizer, cause: lastError },
  )
}

/** The prompt model was of no use, and something else was searched. */
const noProposalsWarning = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
): readonly Warning[] => {
  const { asked, lastError } = run.promptModel.record
  if (!isSilent(run)) return []
  const message = `The prompt model was asked ${asked} times and gave nothing that could be used; only demos and given instructions were searched. The last reason: ${reasonOf(lastError)} Give a stronger promptModel.`
  return [{ code: 'no-proposals', message }]
}

/** Whether the prompt model was asked, and always in vain. */
const isSilent = <Input, Output extends object, Row extends object>({
  promptModel: { record },
}: SearchRun<Input, Output, Row>): boolean => record.asked > 0 && record.failed === record.asked

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const outcomeOf = (isFound: boolean, cut: boolean): Outcome =>
  cut ? (isFound ? 'stopped' : 'budget') : isFound ? 'finished' : 'nothing'

/** The entries that have a value. */
const defined = (scores: { readonly score: number | undefined; readonly baseline: number | undefined }) => ({
  ...(scores.score !== undefined && { score: scores.score }),
  ...(scores.baseline !== undefined && { baseline: scores.baseline }),
})
