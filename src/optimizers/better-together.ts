import { derive } from '../data/seeded-random.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Budget, Spent } from '../search/budget.ts'
import { better, type ScoredCandidate } from '../search/candidate.ts'
import type { Problem } from '../search/problem.ts'
import { stageRun } from '../search/stage-run.ts'
import { wholeSeed } from './demo-limits.ts'
import { isSearching, optimization, type SearchingOptimizer } from './optimization.ts'
import type { Optimizer, OptimizerEvent } from './optimizer.ts'

export interface BetterTogetherOptions {
  /** The optimizers by the names that `strategy` calls them: `{ p: gepa(), w: … }`. */
  readonly optimizers: Readonly<Record<string, Optimizer>>
  /** Their order, `p -> w -> p`; each once in the order written when absent. */
  readonly strategy?: string // dspy 3.4.1: strategy='p -> w -> p'
  /** Share of the training set to choose by where there is no development set, from 0 to below 1: its first rows. */
  readonly devRatio?: number // dspy 3.4.1: valset_ratio=0.1
  /** Gives each stage the training rows in another order. */
  readonly shuffle?: boolean // dspy 3.4.1: shuffle_trainset_between_steps=True
  /**
   * What each stage of an optimizer may spend, by its name; an even share of what is left when absent. Seconds belong to all
   * stages.
   */
  readonly budgets?: Readonly<Record<string, Pick<Budget, 'calls' | 'tokens' | 'usd'>>>
  readonly seed?: number // dspy 3.4.1: None
}

/**
 * Optimizers one after the other, each beginning with what the one before it came to. The best of the stages is the
 * result, the student among them, chosen on the development set; without one a tenth of the training set becomes it.
 *
 * All stages are one run: one budget, one tree of candidates, and a program that one stage scored costs the next nothing.
 *
 * Differs from DSPy 3.4.1 (`BetterTogether`):
 * - an optimizer of weights is what you give, an `Optimizer` like the others: there is none of ours, and none by default;
 * - where nothing is set apart to choose by (`devRatio: 0`, or fewer rows than make one), the stages are chosen by their score on the
 *   training set, where DSPy takes the last;
 * - a stage that fails fails the run, where DSPy gives the best so far and a flag;
 * - the result of `knnFewShot` is another kind of program, so it cannot be a stage;
 * - CPython's dice shuffle in DSPy's order only for the first stage of the seed, for each stage has dice of its own.
 *
 * @see Soylu, Potts, Khattab 2024, arXiv:2407.10930
 * @throws ConfigurationError `configuration/missing` for a name in `strategy` without an optimizer,
 *   `configuration/invalid` for a setting out of range, and for an optimizer that cannot be a stage
 * @example
 * const both = betterTogether({
 *   optimizers: { demos: bootstrapRandomSearch({ candidates: 4 }), advice: simba({ steps: 2 }) },
 *   strategy: 'demos -> advice -> demos',
 * })
 * const { program } = await both.optimize(student, { train, dev, metric, model, budget: { calls: 2000 } })
 */
export const betterTogether = ({
  optimizers,
  strategy = Object.keys(optimizers).join(' -> '),
  devRatio = 0.1,
  shuffle = true,
  budgets = {},
  seed = 0,
}: BetterTogetherOptions): Optimizer => {
  const stages = stagesOf(strategy, optimizers)
  checkRatio(devRatio)
  wholeSeed(seed)
  const name = 'better-together'

  const together = optimization(name, seed, async function* (run) {
    const student = yield* run.score('student', run.program.state)
    if (student === undefined) return { cut: true }
    let order = [...run.train.keys()]
    let present = student
    let best: ScoredCandidate = student
    let cut = false
    for (const [place, { key, optimizer }] of stages.entries()) {
      yield { type: 'round-started', name: `${key} (${optimizer.name})`, round: place, of: stages.length }
      if (shuffle) order = derive(run.seed, `stage ${place}`).shuffle(order)
      const stage = stageRun(run, {
        ...{ state: present.state, parent: present.index, order },
        reserve: reserveOf(run.meter.budget, run.meter.spent, stages.length - place, budgets[key]),
      })
      const found = yield* stageEvents(optimizer.searchIn(stage))
      cut ||= found.cut
      if (found.state === undefined) continue
      const chain = stages.slice(0, place + 1).map(stage => stage.key)
      const scored = yield* run.score(chain.join(' -> '), found.state, { parents: [present.index] })
      if (scored === undefined) {
        cut = true
        continue
      }
      present = scored
      best = better(best, scored)
    }
    return { state: best.state, score: best.score, baseline: student, cut }
  })

  return { name, optimize: (program, problem) => together.optimize(program, withDev(problem, devRatio)) }
}

/** What a stage tells, but for what only a whole run has to tell. */
async function* stageEvents<Result>(
  events: AsyncGenerator<OptimizerEvent, Result, undefined>,
): AsyncGenerator<OptimizerEvent, Result, undefined> {
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) return next.value
    if (next.value.type !== 'run-started' && next.value.type !== 'run-finished') yield next.value
  }
}

interface NamedStage {
  readonly key: string
  readonly optimizer: SearchingOptimizer
}

const stagesOf = (strategy: string, optimizers: Readonly<Record<string, Optimizer>>): readonly NamedStage[] => {
  const keys = strategy.split('->').map(key => key.trim())
  return keys.map(key => {
    const optimizer = Object.hasOwn(optimizers, key) ? optimizers[key] : undefined
    if (optimizer === undefined) throw unknownStage(key, optimizers)
    if (!isSearching(optimizer)) {
      throw new ConfigurationError(
        'configuration/invalid',
        `Expected the optimizer '${key}' (${optimizer.name}) to be one that ends in a state of the same program. Make it with optimization(name, seed, search), or run it alone.`,
        { option: `optimizers.${key}` },
      )
    }
    return { key, optimizer }
  })
}

const unknownStage = (key: string, optimizers: Readonly<Record<string, Optimizer>>): ConfigurationError => {
  const known = Object.keys(optimizers)
  const weights =
    key === 'w'
      ? ' There is no optimizer of weights in Kkachi: give one of your own as w, or leave it out of the strategy.'
      : ''
  return new ConfigurationError(
    'configuration/missing',
    `Expected an optimizer for '${key}' in the strategy, got ${known.join(', ') || 'no optimizers'}. Write optimizers: { ${key || 'p'}: … }, strategy: '${known.join(' -> ') || 'p'}'.${weights}`,
    { option: `optimizers.${key}` },
  )
}

/** What a stage has to leave: all but its share of what is left, or all but what the caller gives it. */
const reserveOf = (
  budget: Budget,
  spent: Spent,
  stagesLeft: number,
  own: Pick<Budget, 'calls' | 'tokens' | 'usd'> = {},
): Spent => {
  const of = (limit: number | undefined, gone: number, given: number | undefined): number => {
    if (limit === undefined) return 0
    const left = Math.max(0, limit - gone)
    return Math.max(0, left - (given ?? left / stagesLeft))
  }
  return {
    calls: Math.floor(of(budget.calls, spent.calls, own.calls)),
    tokens: Math.floor(of(budget.tokens, spent.tokens, own.tokens)),
    usd: of(budget.usd, spent.usd, own.usd),
  }
}

/** Sets the first rows apart to choose by, where nothing else is. */
const withDev = <Row extends object, Output>(problem: Problem<Row, Output>, ratio: number): Problem<Row, Output> => {
  const count = Math.floor(ratio * problem.train.length)
  if (problem.dev !== undefined || count === 0) return problem
  return { ...problem, train: problem.train.slice(count), dev: problem.train.slice(0, count) }
}

const checkRatio = (ratio: number): void => {
  if (ratio >= 0 && ratio < 1) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected devRatio to be a number from 0 to below 1, got ${ratio}. Write devRatio: 0.1.`,
    { option: 'devRatio' },
  )
}
