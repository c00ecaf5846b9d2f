import { canonicalJson } from '../data/canonical-json.ts'
import { type UsageLedger, usageLedger } from '../data/usage-ledger.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import type { ExampleResult } from '../evaluation/evaluate-example.ts'
import { type EvaluationResult, evaluationResult } from '../evaluation/evaluation-result.ts'
import type { Metric } from '../evaluation/metric.ts'
import type { Context } from '../ports/context.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Module, ProgramState } from '../ports/module.ts'
import { type BudgetMeter, budgetMeter, type Spent, unspent } from './budget.ts'
import { better, type Candidate, type ScoredCandidate } from './candidate.ts'
import { checkProblem, type Problem } from './problem.ts'
import type { SearchEvent } from './search-event.ts'
import { withinBudget } from './within-budget.ts'

/** What the optimizers share while they run: the data, the account, and the only way to score a candidate. */
export interface SearchRun<Input, Output extends object, Row extends object> {
  readonly program: Module<Input, Output>
  readonly train: readonly Row[]
  /** Where candidates are scored: the development set, or the training set where there is none. */
  readonly scoring: readonly Row[]
  readonly hasDev: boolean
  readonly metric: Metric<Row, Output>
  readonly seed: number
  readonly concurrency: number
  /** The caller's context, its model within the budget. */
  readonly context: Context
  readonly meter: BudgetMeter
  readonly usage: UsageLedger
  readonly candidates: readonly ScoredCandidate[]
  readonly best: ScoredCandidate | undefined
  /** Any further model of the run, within the same budget. */
  within(model: LanguageModel): LanguageModel
  /** What scoring one candidate cost so far, at most; nothing before the first. */
  readonly scoringCost: Spent
  /**
   * Proposes a candidate and scores it on every scoring example. Undefined when the budget ended within it: then it
   * counts for nothing. A state that was scored before costs nothing again.
   */
  score(label: string, state: ProgramState): AsyncGenerator<SearchEvent, ScoredCandidate | undefined, undefined>
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
  const { train, dev, metric, budget = {}, concurrency = 8, seed: _, ...given } = problem
  const meter = budgetMeter(budget, given.clock && (() => given.clock?.now() ?? 0))
  const usage = usageLedger(given.usage)
  const signal = given.signal ? AbortSignal.any([given.signal, leaving]) : leaving
  const context: Context = { ...given, signal, usage, model: withinBudget(given.model, meter) }
  const scoring = dev ?? train
  const known = new Map<string, EvaluationResult<Row, Output>>()
  const candidates: ScoredCandidate[] = []
  let best: ScoredCandidate | undefined
  let scoringCost = unspent

  async function* evaluated(
    candidate: Candidate,
  ): AsyncGenerator<SearchEvent, EvaluationResult<Row, Output> | undefined> {
    const key = canonicalJson(candidate.state)
    const before = known.get(key)
    if (before) return before
    const spentBefore = meter.spent
    const step = meter.step()
    const evaluation = evaluate(program.withState(candidate.state), {
      ...context,
      examples: scoring,
      metric,
      concurrency,
      seed,
    })
    const results: ExampleResult<Row, Output>[] = []
    let done = 0
    try {
      for await (const event of evaluation) {
        if (event.type !== 'example-finished') continue
        const { finished, total } = event
        results[event.result.index] = event.result
        done = finished
        yield { type: 'example-evaluated', candidate: candidate.index, finished, total }
      }
    } catch (error) {
      // Others were answered: that nothing of this one was is its own failure, of the demos it shows for one.
      const isOwnFailure = candidates.length > 0 && done === scoring.length
      if (!isSpent(error) && !isOwnFailure) throw error
    }
    if (step.cut) return undefined
    const result = done === scoring.length ? evaluationResult(results, seed) : await evaluation
    known.set(key, result)
    scoringCost = larger(scoringCost, difference(meter.spent, spentBefore))
    return result
  }

  return {
    program,
    train,
    scoring,
    hasDev: dev !== undefined,
    metric,
    seed,
    concurrency,
    context,
    meter,
    usage,
    candidates,
    get best() {
      return best
    },
    get scoringCost() {
      return scoringCost
    },
    within: model => withinBudget(model, meter),
    async *score(label, state) {
      const candidate: Candidate = { index: candidates.length, label, state }
      yield { type: 'candidate-proposed', candidate }
      const result = yield* evaluated(candidate)
      if (result === undefined) {
        yield { type: 'candidate-discarded', label, reason: 'budget' }
        return undefined
      }
      const scored: ScoredCandidate = {
        ...candidate,
        score: result.score,
        low: result.low,
        high: result.high,
        scores: result.results.map(example => example.score),
        failures: result.failures,
        calls: meter.spent.calls,
      }
      candidates.push(scored)
      best = better(best, scored)
      yield { type: 'candidate-evaluated', candidate: scored, best }
      return scored
    },
  }
}

/** Whether an error says that the budget is spent. */
export const isSpent = (error: unknown): boolean => KkachiError.is(error) && error.code.startsWith('budget/')

const difference = (after: Spent, before: Spent): Spent => ({
  calls: after.calls - before.calls,
  tokens: after.tokens - before.tokens,
  usd: after.usd - before.usd,
})

const larger = (a: Spent, b: Spent): Spent => ({
  calls: Math.max(a.calls, b.calls),
  tokens: Math.max(a.tokens, b.tokens),
  usd: Math.max(a.usd, b.usd),
})
