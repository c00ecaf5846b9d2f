import type { ProgramState } from '../ports/module.ts'
import { type Budget, type BudgetMeter, eachOf, type Spent, unspent } from './budget.ts'
import type { Ask, Observation } from './observation.ts'
import { rowsThatFit } from './rows-that-fit.ts'
import type { SearchRun } from './search-run.ts'
import { standings } from './standings.ts'
import { wholeScoring } from './whole-scoring.ts'

/** One stage of a longer run. */
export interface Stage {
  /** What the program knows when the stage begins. */
  readonly state: ProgramState
  /** The candidate of that state, which becomes the parent of what the stage proposes without naming one. */
  readonly parent: number
  /** The order in which the stage has the training rows, by their places in the run. */
  readonly order: readonly number[]
  /** What the stage leaves to those after it. */
  readonly reserve: Spent
}

/**
 * A run within a run: it has a program, an order of the rows and a budget of its own, and shares all else, so that what
 * the stages before paid for costs nothing again. Its lists of candidates begin empty; their indices are the run's.
 *
 * Seconds are not divided: a stage may take all that are left.
 */
export const stageRun = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { state, parent, order, reserve }: Stage,
): SearchRun<Input, Output, Row> => {
  const train = order.flatMap(place => run.train[place] ?? [])
  const places = new Map(order.map((place, row) => [place, row]))
  const meter = reserving(run.meter, reserve)
  const ranking = standings()
  const { candidates } = ranking
  const whole = wholeScoring(() => stage, run.scoringCost)

  const there = (ask: Ask): Ask => (ask.part === 'train' ? { ...ask, row: order[ask.row] ?? ask.row } : ask)
  const back = (observation: Observation): Observation =>
    observation.part === 'train' ? { ...observation, row: places.get(observation.row) ?? observation.row } : observation

  const stage: SearchRun<Input, Output, Row> = {
    ...{ program: run.program.withState(state), train, dev: run.dev, hasDev: run.hasDev, scoringPart: run.scoringPart },
    ...{ scoring: run.hasDev ? run.dev : train, metric: run.metric, seed: run.seed, concurrency: run.concurrency },
    ...{ context: run.context, meter, usage: run.usage, record: run.record, proposed: run.proposed, candidates },
    givenInstructions: run.givenInstructions,
    promptModel: {
      isThere: run.promptModel.isThere,
      get record() {
        return run.promptModel.record
      },
      ask: (module, proposals, options = {}) =>
        run.promptModel.ask(module, proposals, { ...options, keep: both(options.keep, reserve) }),
    },
    get best() {
      return ranking.best
    },
    get scoringCost() {
      return whole.cost
    },
    get costOfRow() {
      return run.costOfRow
    },
    scoresOf(state) {
      const scores = run.scoresOf(state)
      return run.hasDev ? scores : new Map(Array.from(scores, ([place, score]) => [places.get(place) ?? place, score]))
    },
    within: model => run.within(model),
    runsThatFit: (wanted, keep = unspent) => rowsThatFit(wanted, meter, keep, run.costOfRow),
    propose: (label, state, lineage = { parents: [parent] }) => run.propose(label, state, lineage),
    async *observe(asks, keep) {
      const observations = yield* run.observe(asks.map(there), both(keep, reserve))
      return observations?.map(back)
    },
    *enter(candidate, observations, reckoned) {
      const scored = yield* run.enter(candidate, observations, reckoned)
      ranking.enter(scored)
      return scored
    },
    *drop(candidate, reason) {
      ranking.drop(candidate.index)
      yield* run.drop(candidate, reason)
    },
    async *score(label, state, lineage) {
      return yield* stage.scoreWhole(yield* stage.propose(label, state, lineage))
    },
    async *scoreWhole(candidate) {
      // What cannot be finished is not begun: the stages after this one have a use for the calls.
      const open = stage.scoring.length - stage.scoresOf(candidate.state).size
      if (open > 0 && stage.runsThatFit(open) < open) {
        yield { type: 'candidate-discarded', label: candidate.label, reason: 'budget' }
        return undefined
      }
      return yield* whole.score(candidate)
    },
  }
  return stage
}

/** The same account with an end before its own. */
const reserving = (meter: BudgetMeter, reserve: Spent): BudgetMeter => {
  const { calls, tokens, usd } = meter.budget
  const budget: Budget = {
    ...meter.budget,
    ...(calls !== undefined && { calls: calls - reserve.calls }),
    ...(tokens !== undefined && { tokens: tokens - reserve.tokens }),
    ...(usd !== undefined && { usd: usd - reserve.usd }),
  }
  return {
    budget,
    get spent() {
      return meter.spent
    },
    admit: (bound, signal) => meter.admit(bound, signal),
    step: (keep, atLeast) => meter.step(both(keep, reserve), atLeast),
  }
}

const both = (keep: Spent = unspent, reserve: Spent): Spent => eachOf((one, two) => one + two, keep, reserve)
