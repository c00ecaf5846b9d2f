import { canonicalJson } from '../data/canonical-json.ts'
import { seededRandom } from '../data/seeded-random.ts'
import { frontPool } from '../search/candidate-selection.ts'
import { allComponents, type ComponentSelector, roundRobin } from '../search/component-selector.ts'
import { componentsOf } from '../search/components.ts'
import { epochBatches } from '../search/epoch-batches.ts'
import { mergeHistory } from '../search/merge-candidates.ts'
import type { Warning } from '../search/search-event.ts'
import { metricCallsOf } from './gepa-budget.ts'
import { checkGepaOptions, type GepaOptions } from './gepa-options.ts'
import { bestOf, type GepaSearch, scoreOnAll, tryGiven, tryMerge, tryReflection } from './gepa-steps.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

/**
 * Reflective evolution of instructions: a candidate runs on a few training rows, a prompt model reads what came of it and
 * rewrites the instructions of one predictor, and the child that does better on these rows is scored on the development
 * set and joins the others. Parents are drawn from the Pareto front over the rows, where every candidate that is best on
 * some row survives; candidates that improved different predictors are merged. The result is the best mean.
 *
 * What the metric says in `feedback` is what the prompt model learns from; a metric that reads `scope.predictor` may say
 * it for each predictor. The code of a `flex` is rewritten as well; it runs in the sandbox only.
 *
 * Costs as many judged runs of the program as `auto`, `maxFullEvals` or `maxMetricCalls` says, and a call of the prompt
 * model for each iteration; what was run before is judged again for nothing.
 *
 * Differs from DSPy 3.4.1 (`GEPA`, on gepa 0.1.4):
 * - without a limit it is `light`, where DSPy refuses to begin;
 * - the search ends when the best candidate is perfect on every scoring row, or the prompt model gave nothing usable in
 *   its first ten answers;
 * - answers that could not be read are always shown to the prompt model (`add_format_failure_as_feedback=True`), with what
 *   else `reflect` says; several predictors of one iteration are asked for at once;
 * - a child equal to a candidate before is not tried again;
 * - merges are also made where there are fewer than five scoring rows; ancestors are drawn alike where all have a score of 0;
 * - a candidate's turn of predictors begins where its parents are when it is first chosen, not when it was made;
 * - a metric sees no trace while it scores the code of a `flex`;
 * - `problem.instructions` are candidates from the start;
 * - the dice are CPython's in gepa's order, but for ties inside Python's sets.
 *
 * @see Agrawal et al. 2025, arXiv:2507.19457
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const metric = (row, { answer }) => ({
 *   score: answer === row.answer ? 1 : 0,
 *   passed: answer === row.answer,
 *   feedback: `The answer is ${row.answer}: ${row.why}`,
 * })
 * const { program, candidates } = await gepa({ auto: 'medium' }).optimize(student, { train, dev, metric, model, promptModel })
 * const survivors = paretoFront(candidates)
 */
export const gepa = (options: GepaOptions = {}): Optimizer => {
  const {
    reflectionMinibatchSize = 3,
    candidateSelection = 'pareto',
    componentSelector = 'round-robin',
    maxMergeInvocations = 5,
    seed = 0,
  } = options
  checkGepaOptions(options)

  return optimization('gepa', seed, async function* (run) {
    const { useMerge = true, skipPerfectScore = true, perfectScore = 1 } = options
    const components = componentsOf(run.program)
    const mostJudged = metricCallsOf(options, {
      ...{ components: components.length, train: run.train.length, dev: run.hasDev ? run.dev.length : 0 },
    })
    const student = yield* scoreOnAll(run, yield* run.propose('student', run.program.state), options)
    if (student === undefined) return { cut: true }
    const search: GepaSearch = {
      ...{ options, components, student },
      pool: frontPool(student),
      random: seededRandom(run.seed),
      known: new Set([canonicalJson(student.state)]),
      judged: run.scoring.length,
    }
    const found = (cut: boolean, warnings: readonly Warning[] = []) => {
      const { state, score } = bestOf(search.pool)
      return { state, score, baseline: student, cut, warnings }
    }
    if (!(yield* tryGiven(run, search))) return found(true)
    if (components.length === 0) return found(false, [nothingToWrite])
    if (!run.promptModel.isThere) return found(false, [noWriter])

    const batchOf = epochBatches(run.train.length, reflectionMinibatchSize, search.random)
    const selectComponents = selectorOf(componentSelector)
    const merging = { due: 0, made: 0, history: mergeHistory() }
    let isNew = false
    for (let iteration = 0; search.judged < mostJudged; iteration += 1) {
      if (skipPerfectScore && bestOf(search.pool).scores.every(score => score >= perfectScore)) break
      const { asked, failed } = run.promptModel.record
      if (asked >= patience && failed === asked) break
      yield { type: 'round-started', name: 'iteration', round: iteration }

      if (useMerge && isNew && merging.due > 0) {
        isNew = false
        const merge = yield* tryMerge(run, search, merging.history)
        if (merge === undefined) return found(true)
        if (merge === 'taken') {
          merging.due -= 1
          merging.made += 1
        }
        if (merge !== 'none') continue
      }

      isNew = false
      const parent = search.pool.members[search.pool.select(candidateSelection, search.random)] ?? student
      const child = yield* tryReflection(run, search, { parent, rows: batchOf(iteration), selectComponents, iteration })
      if (child === undefined) return found(true)
      if (child === 'none') continue
      isNew = true
      if (merging.made < maxMergeInvocations) merging.due += 1
    }
    return found(false)
  })
}

const nothingToWrite: Warning = {
  code: 'without-effect',
  message:
    'GEPA rewrites the instructions of predictors and the JavaScript of a flex, and the program has neither. Give a program that asks a model.',
}

const noWriter: Warning = {
  code: 'no-proposals',
  message:
    'The prompt model cannot write instructions, so that only given instructions were searched. Give another promptModel, or instructions of your own in the problem.',
}

/** Answers of the prompt model that may all be of no use before the search gives up. */
const patience = 10

/** A selector of this search alone: one that keeps count must not go on where another search ended. */
const selectorOf = (selector: 'round-robin' | 'all' | ComponentSelector): ComponentSelector =>
  selector === 'round-robin' ? roundRobin() : selector === 'all' ? allComponents : selector
