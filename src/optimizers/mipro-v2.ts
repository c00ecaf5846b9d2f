import { derive, type SeededRandom, seededRandom } from '../data/seeded-random.ts'
import type { Spent } from '../search/budget.ts'
import type { ScoredCandidate } from '../search/candidate.ts'
import { demoSets } from '../search/demo-sets.ts'
import type { Observation, Part } from '../search/observation.ts'
import { parzenSearch } from '../search/parzen-search.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { instructionChoices } from './instruction-choices.ts'
import { candidatesThatFit, leastRowsForBatches, miproAuto, trialsFor } from './mipro-plan.ts'
import { type MiproSettings, type MiproV2Options, miproSettings } from './mipro-settings.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

/**
 * Looks for the best combination of instructions and demos for each predictor: bootstraps sets of demos, lets the prompt
 * model write instructions from what it is shown of data, program and good runs, and searches the combinations with a
 * tree-structured Parzen estimator, most of them on batches of the development set.
 *
 * With `maxBootstrappedDemos` and `maxLabeledDemos` 0 only instructions are searched. Without a development set the first fifth of
 * the training set is learned from and the rest is chosen by.
 *
 * A budget is planned with: with fewer candidates where the full number does not fit, with fewer trials, and no trial begins
 * that the budget could not hold. The outcome is then `stopped`. What one run of the program takes is known from scoring
 * the student, which has to fit.
 *
 * Differs from DSPy 3.4.1 (`MIPROv2`):
 * - nothing is run twice: a full evaluation reuses what batches showed, a combination met again costs nothing, and with one
 *   teacher for all sets no row is bootstrapped twice;
 * - the program is told by its module tree, where DSPy shows its Python source, and is described once a text and not
 *   twice; batches of data are looked at all at once; the instruction that DSPy has written and drops is not asked for;
 * - the prompts are ours; texts of one predictor are shown good runs of different sets; equal instructions and equal sets
 *   are one choice each;
 * - a student that knows demos has them among its sets, so that the student itself is always a candidate;
 * - `problem.instructions` are choices too; where the prompt model writes nothing, these and demos are searched;
 * - `auto` may stand with `trials`; `minibatchSize` may exceed the rows, then all are looked at;
 * - a combination that was scored on all rows gives way to another while one can be drawn.
 *
 * As there, with `auto` and more rows than it scores on (100, 300, 1000), candidates are chosen by a sample of the
 * development set; the promise not to be worse than the student holds on that sample.
 *
 * @see Opsahl-Ong et al. 2024, arXiv:2406.11695
 * @throws ConfigurationError `configuration/invalid` for a setting out of range, or `auto` together with `candidates`
 * @example
 * const { program, score } = await miproV2({ auto: 'light' }).optimize(student, {
 *   train, dev, metric: exactMatch(), model, promptModel: stronger, budget: { calls: 1200 },
 * })
 */
export const miproV2 = (options: MiproV2Options = {}): Optimizer => {
  const settings = miproSettings(options)
  return optimization('mipro-v2', settings.seed, async function* (run) {
    const dice = seededRandom(run.seed)
    const data = dataOf(run, settings, dice)
    const isWhole = data.rows.length <= data.batchSize
    const baseline = yield* scoredStudent(run, data)
    if (baseline === undefined) return { cut: true }
    const { student, observations } = baseline

    const left = run.runsThatFit(unlimited)
    // Where no candidate could be scored on all rows, demos and proposals would be paid for in vain.
    if (left <= data.rows.length) return { baseline: student, cut: true }
    const { predictors } = run.program
    const batches = !run.promptModel.isThere || !settings.dataAware ? 0 : bounded(left / 20, 1, mostBatches)
    const shape = {
      predictors: predictors.length,
      isZeroShot: settings.isZeroShot,
      bootstrapped: settings.bootstrapped,
      rows: data.rows.length,
      batchSize: data.batchSize,
      fullEvaluationEvery: settings.minibatchFullEvalSteps,
      describing: batches + 1,
    }
    const candidates = candidatesThatFit(settings.candidates, left, shape)
    const keep = scaled(run.costOfRow, data.rows.length)

    const needsDemos = !settings.isZeroShot || (settings.fewshotAware && run.promptModel.isThere)
    const demos = needsDemos
      ? yield* demoSets(run, {
          count: candidates,
          rows: data.learning,
          dice,
          bootstrapped: settings.bootstrapped,
          labeled: settings.labeled,
          rounds: settings.maxIterations,
          threshold: settings.metricThreshold,
          teacher: settings.teacher,
          keep,
          tries: bounded(left / (5 * candidates), 1, data.learning.length),
        })
      : undefined

    const instructions = yield* instructionChoices(run, settings, {
      // Where demos are searched too, they get the larger half.
      count: settings.auto === undefined || settings.isZeroShot ? candidates : Math.max(2, Math.trunc(candidates / 2)),
      rows: data.learning,
      batches,
      demos: demos?.byPath,
      keep,
    })
    const choices = {
      instructions: instructions.byPath,
      ...(!settings.isZeroShot && demos !== undefined && { demos: demos.byPath }),
    }
    const sizes = [...choices.instructions.values(), ...(choices.demos?.values() ?? [])].map(({ length }) => length)
    const parameters = predictors.length * (settings.isZeroShot ? 1 : 2)
    const wanted = settings.trials ?? trialsFor(parameters, settings.candidates)
    const trials = Math.min(wanted, settings.trials ?? trialsFor(parameters, candidates))
    const searched = sizes.every(size => size < 2)
      ? undefined
      : yield* parzenSearch(run, {
          choices,
          student,
          observations,
          part: data.part,
          rows: data.rows,
          trials,
          batchSize: isWhole ? data.rows.length : data.batchSize,
          fullEvaluationEvery: settings.minibatchFullEvalSteps,
          dice: derive(run.seed, 'combinations'),
          batches: derive(run.seed, 'batches'),
        })
    const { warnings } = instructions
    const cut = demos?.cut === true || instructions.cut || searched?.cut === true || trials < wanted
    if (searched === undefined || run.best === undefined) return { baseline: student, cut, warnings }
    return { state: run.best.state, score: run.best.score, baseline: student, cut, warnings }
  })
}

/** More runs of a program than any budget is asked for. */
const unlimited = 1e9

/** Batches of the data that are looked at, at most. */
const mostBatches = 10 // dspy 3.4.1: max_calls=10

/** Which rows are learned from, and which are chosen by. */
interface MiproData {
  /** Places in the training set. */
  readonly learning: readonly number[]
  readonly part: Part
  /** Places in that part. */
  readonly rows: readonly number[]
  readonly batchSize: number
}

const dataOf = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { auto, minibatch, minibatchSize }: MiproSettings,
  dice: SeededRandom,
): MiproData => {
  const train = [...run.train.keys()]
  // dspy 3.4.1: valset_size = min(1000, max(1, 0.8 * len(trainset))); a single row does both here.
  const cutoff = train.length - Math.min(1000, Math.max(1, Math.trunc(train.length * 0.8)))
  const learning = run.hasDev || cutoff === 0 ? train : train.slice(0, cutoff)
  const choosing = run.hasDev ? [...run.dev.keys()] : train.slice(cutoff)
  const most = auto === undefined ? choosing.length : miproAuto[auto].rows
  const rows =
    auto === undefined ? choosing : dice.sample(choosing, Math.min(most, choosing.length)).toSorted((a, b) => a - b)
  const isBatched = minibatch && (auto === undefined || rows.length > leastRowsForBatches)
  return {
    learning,
    part: run.scoringPart,
    rows,
    batchSize: isBatched ? Math.min(minibatchSize, rows.length) : rows.length,
  }
}

/** The student, scored on all rows to choose by. */
async function* scoredStudent<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { part, rows }: MiproData,
): AsyncGenerator<
  SearchEvent,
  { readonly student: ScoredCandidate; readonly observations: readonly Observation[] } | undefined,
  undefined
> {
  const candidate = yield* run.propose('student', run.program.state)
  const observations = yield* run.observe(rows.map(row => ({ candidate, part, row })))
  if (observations === undefined) {
    yield { type: 'candidate-discarded', label: candidate.label, reason: 'budget' }
    return undefined
  }
  return { student: yield* run.enter(candidate, observations), observations }
}

/** A whole number within bounds. */
const bounded = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.floor(value)))

const scaled = ({ calls, tokens, usd }: Spent, times: number): Spent => ({
  calls: calls * times,
  tokens: tokens * times,
  usd: usd * times,
})
