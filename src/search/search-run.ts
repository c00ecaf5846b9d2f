import { type UsageLedger, usageLedger } from '../data/usage-ledger.ts'
import type { Metric } from '../evaluation/metric.ts'
import { meanInterval } from '../evaluation/statistics.ts'
import type { Context } from '../ports/context.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Module, ProgramState } from '../ports/module.ts'
import { type BudgetMeter, budgetMeter, type Spent, unspent } from './budget.ts'
import type { Candidate, Lineage, ScoredCandidate } from './candidate.ts'
import { countedExtraction } from './counted-extraction.ts'
import type { Ask, Observation, Part } from './observation.ts'
import { observer } from './observer.ts'
import { checkProblem, type Problem } from './problem.ts'
import { type PromptModel, promptModel } from './prompt-model.ts'
import { rowsThatFit } from './rows-that-fit.ts'
import type { RunRecord } from './run-record.ts'
import type { SearchEvent } from './search-event.ts'
import { standings } from './standings.ts'
import { wholeScoring } from './whole-scoring.ts'
import { withinBudget } from './within-budget.ts'

/** What an optimizer takes a score to be, with its 95 % interval. */
export type Reckoned = Pick<ScoredCandidate, 'score' | 'low' | 'high'>

/** What the optimizers share while they run: the data, the account, and the only ways to spend. */
export interface SearchRun<Input, Output extends object, Row extends object> {
  readonly program: Module<Input, Output>
  readonly train: readonly Row[]
  /** Rows to choose by; none where there is no development set. */
  readonly dev: readonly Row[]
  /** Where candidates are scored: the development set, or the training set where there is none. */
  readonly scoring: readonly Row[]
  /** Which part `scoring` is. */
  readonly scoringPart: Part
  readonly hasDev: boolean
  readonly metric: Metric<Row, Output>
  readonly seed: number
  readonly concurrency: number
  /** The caller's context, its model within the budget. */
  readonly context: Context
  readonly meter: BudgetMeter
  readonly usage: UsageLedger
  /** Instructions the caller wants tried, for each path of the program. */
  readonly givenInstructions: readonly Readonly<Record<string, string>>[]
  /** Who writes instructions. */
  readonly promptModel: PromptModel
  /** All that was proposed, by index. */
  readonly proposed: readonly Candidate[]
  /** All that was scored, in the order of scoring. */
  readonly candidates: readonly ScoredCandidate[]
  readonly best: ScoredCandidate | undefined
  /** What a person should know of the runs paid for; who runs the program in another way than `observe` adds to it. */
  readonly record: RunRecord
  /** The scores a state has on scoring rows, by their place. */
  scoresOf(state: ProgramState): ReadonlyMap<number, number>
  /** Any further model of the run, within the same budget. */
  within(model: LanguageModel): LanguageModel
  /** What scoring one candidate on every scoring row cost so far, at most; nothing before the first. */
  readonly scoringCost: Spent
  /** What one run of the program costs on average; before the first, a call for each predictor. */
  readonly costOfRow: Spent
  /** How many runs of the program a step should make: as many as wanted, or as the budget holds; at least 1. */
  runsThatFit(wanted: number, keep?: Spent): number
  /** Proposes a candidate: it gets its index and its place in the tree, and costs nothing yet. */
  propose(label: string, state: ProgramState, lineage?: Lineage): Generator<SearchEvent, Candidate, undefined>
  /** Runs candidates on rows and pays for none twice: see `Observer.observe`. */
  observe(
    asks: readonly Ask[],
    keep?: Spent,
  ): AsyncGenerator<SearchEvent, readonly Observation[] | undefined, undefined>
  /**
   * Enters a candidate with the observations it is judged by, in the list of candidates and in the race for the best.
   * `reckoned` is what the optimizer takes its score to be; the mean of the observations when absent. One that is entered
   * again takes its own place.
   */
  enter(
    candidate: Candidate,
    observations: readonly Observation[],
    reckoned?: Reckoned,
  ): Generator<SearchEvent, ScoredCandidate, undefined>
  /** Takes a candidate out of the list and of the race for the best. */
  drop(candidate: Candidate, reason: string): Generator<SearchEvent, void, undefined>
  /**
   * Proposes a candidate and scores it on every scoring row. Undefined when the budget ended within it: then it counts
   * for nothing. What was observed before costs nothing again.
   */
  score(
    label: string,
    state: ProgramState,
    lineage?: Lineage,
  ): AsyncGenerator<SearchEvent, ScoredCandidate | undefined, undefined>
  /** As `score`, for a candidate that was proposed before. */
  scoreWhole(candidate: Candidate): AsyncGenerator<SearchEvent, ScoredCandidate | undefined, undefined>
}

/**
 * Opens a run for a program and a problem.
 *
 * @throws DataError, ConfigurationError as `checkProblem`, `budgetMeter` and `withinBudget` do
 */
export const searchRun = <Input, Output extends object, Row extends object>(
  program: Module<Input, Output>,
  problem: Problem<Row, Output>,
  { seed, leaving }: { readonly seed: number; readonly leaving: AbortSignal },
): SearchRun<Input, Output, Row> => {
  checkProblem(program.signature, problem)
  const { train, dev = [], metric, budget = {}, concurrency = 8, seed: _, ...rest } = problem
  const { promptModel: writer = problem.model, instructions = [], ...given } = rest
  const meter = budgetMeter(budget, given.clock && (() => given.clock?.now() ?? 0))
  const usage = usageLedger(given.usage)
  const signal = given.signal ? AbortSignal.any([given.signal, leaving]) : leaving
  const within = (model: LanguageModel): LanguageModel => withinBudget(model, meter)
  const context: Context = {
    ...{ ...given, signal, usage, model: within(given.model) },
    ...(given.adapter && { adapter: countedExtraction(given.adapter, within) }),
  }
  const canWrite = writer.capabilities?.writesInstructions !== false
  const hasDev = problem.dev !== undefined
  const scoring = hasDev ? dev : train
  const scoringPart: Part = hasDev ? 'dev' : 'train'
  const observing = observer({ program, rows: { train, dev }, metric, context, meter, concurrency, seed })
  const proposed: Candidate[] = []
  const ranking = standings()
  const { candidates } = ranking
  const whole = wholeScoring(() => run)

  const run: SearchRun<Input, Output, Row> = {
    ...{ program, train, dev, scoring, scoringPart, hasDev, metric, seed, concurrency, context, meter, usage },
    ...{ within, proposed, candidates, record: observing.record },
    scoresOf: state => observing.scoresOf(state, scoringPart),
    givenInstructions: instructions.map(texts =>
      typeof texts === 'string' ? Object.fromEntries(program.predictors.map(({ path }) => [path, texts])) : texts,
    ),
    promptModel: promptModel({
      ...{ meter, concurrency, seed },
      context: canWrite ? promptContext(context, within(writer)) : undefined,
    }),
    get best() {
      return ranking.best
    },
    get scoringCost() {
      return whole.cost
    },
    get costOfRow() {
      return observing.costOfRow
    },
    runsThatFit: (wanted, keep = unspent) => rowsThatFit(wanted, meter, keep, observing.costOfRow),
    *propose(label, state, lineage) {
      const candidate: Candidate = { index: proposed.length, label, state, ...lineage }
      proposed.push(candidate)
      yield { type: 'candidate-proposed', candidate }
      return candidate
    },
    observe: (asks, keep) => observing.observe(asks, keep),
    *enter(candidate, observations, reckoned) {
      const scores = observations.map(observation => observation.score)
      const scored: ScoredCandidate = {
        ...candidate,
        ...(reckoned ?? measured(scores, seed)),
        scores,
        failures: observations.filter(({ error }) => error !== undefined).length,
        calls: meter.spent.calls,
      }
      yield { type: 'candidate-evaluated', candidate: scored, best: ranking.enter(scored) }
      return scored
    },
    *drop(candidate, reason) {
      ranking.drop(candidate.index)
      yield { type: 'candidate-dropped', candidate: candidate.index, reason }
    },
    async *score(label, state, lineage) {
      return yield* run.scoreWhole(yield* run.propose(label, state, lineage))
    },
    scoreWhole: candidate => whole.score(candidate),
  }
  return run
}

const measured = (scores: readonly number[], seed: number): Reckoned => {
  const { mean, low, high } = meanInterval(scores, { seed })
  return { score: mean, low, high }
}

/** Proposals are asked in the default format and without the task's sampling: a limit made for labels would cut them. */
const promptContext = (
  { adapter: _, sampling: __, interpreter: ___, approve: ____, ...context }: Context,
  model: LanguageModel,
): Context => ({ ...context, model })
