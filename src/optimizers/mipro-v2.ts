import { derive, type SeededRandom, seededRandom } from '../data/seeded-random.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Demo } from '../ports/module.ts'
import type { Spent } from '../search/budget.ts'
import type { ScoredCandidate } from '../search/candidate.ts'
import { demoSets } from '../search/demo-sets.ts'
import { describeData } from '../search/describe-data.ts'
import type { Teacher } from '../search/few-shot.ts'
import { proposeGrounded } from '../search/grounded-proposer.ts'
import { instructionsOf } from '../search/instructions.ts'
import type { Observation, Part } from '../search/observation.ts'
import { parzenSearch } from '../search/parzen-search.ts'
import type { SearchEvent, Warning } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { type DemoLimits, demoLimits, whole, wholeSeed } from './demo-limits.ts'
import { candidatesThatFit, leastRowsForBatches, type MiproAuto, miproAuto, trialsFor } from './mipro-plan.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface MiproV2Options extends DemoLimits {
  /** How much to do; decides candidates, trials and the rows to score on. Not together with `candidates`. */
  readonly auto?: MiproAuto // dspy 3.4.1: light
  /** Instructions and sets of demos for each predictor, the present ones included; without `auto`. */
  readonly candidates?: number // dspy 3.4.1: num_candidates=None
  /** Combinations tried; by the number of candidates and predictors when absent. */
  readonly trials?: number // dspy 3.4.1: num_trials=None
  /** Whether a trial looks at a batch of the rows; where `auto` decides, it does if there are more than 50. */
  readonly minibatch?: boolean // dspy 3.4.1: minibatch=True
  readonly minibatchSize?: number // dspy 3.4.1: minibatch_size=35
  /** Trials on batches after which the best so far is scored on all rows. */
  readonly minibatchFullEvalSteps?: number // dspy 3.4.1: minibatch_full_eval_steps=5
  /** The temperature at which instructions are written. */
  readonly initTemperature?: number // dspy 3.4.1: init_temperature=1.0
  /** Whether who writes instructions is told of the program. */
  readonly programAware?: boolean // dspy 3.4.1: program_aware_proposer=True
  /** Whether they are told of the data. */
  readonly dataAware?: boolean // dspy 3.4.1: data_aware_proposer=True
  /** Rows of the data shown at once to describe it. */
  readonly viewDataBatchSize?: number // dspy 3.4.1: view_data_batch_size=10
  /** Whether they are given a tip, another one for each text. */
  readonly tipAware?: boolean // dspy 3.4.1: tip_aware_proposer=True
  /** Whether they are shown good runs. */
  readonly fewshotAware?: boolean // dspy 3.4.1: fewshot_aware_proposer=True
  /** Times a row is tried until it succeeds; from the second on at temperature 1. */
  readonly maxIterations?: number // dspy 3.4.1: max_rounds=1
  /** The score from which a run becomes a demo; what the metric says has passed when absent. */
  readonly metricThreshold?: number // dspy 3.4.1: None
  /** Who makes the demos; the student with labeled demos when absent. */
  readonly teacher?: Teacher
  readonly seed?: number // dspy 3.4.1: 9
}

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
 * - the program is described from its module tree, without calls; batches of data are looked at all at once; the
 *   instruction that DSPy has written and drops is not asked for;
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
  const settings = settingsOf(options)
  return optimization('mipro-v2', settings.seed, async function* (run) {
    const dice = seededRandom(run.seed)
    const data = dataOf(run, settings, dice)
    const isWhole = data.rows.length <= data.batchSize
    const baseline = yield* scoredStudent(run, data)
    if (baseline === undefined) return { cut: true }
    const { student, observations } = baseline

    const left = run.runsThatFit(unlimited)
    const isLimited = left < unlimited
    const { predictors } = run.program
    const batches = !run.promptModel.isThere || !settings.dataAware ? 0 : isLimited ? bounded(left / 20, 1, 9) : 10
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
          ...(isLimited && { tries: bounded(left / (5 * candidates), 1, data.learning.length) }),
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

interface Settings
  extends Required<Omit<MiproV2Options, keyof DemoLimits | 'auto' | 'trials' | 'teacher' | 'metricThreshold'>> {
  readonly auto: MiproAuto | undefined
  readonly trials: number | undefined
  readonly teacher: Teacher | undefined
  readonly metricThreshold: number | undefined
  readonly isZeroShot: boolean
  /** Rows each set of demos bootstraps, at most. */
  readonly bootstrapped: number
  readonly labeled: number
}

/** Rows that inform the instructions where demos are none of the result. */
const bootstrappedToShow = 3 // dspy 3.4.1: BOOTSTRAPPED_FEWSHOT_EXAMPLES_IN_CONTEXT

const settingsOf = ({
  candidates,
  auto = candidates === undefined ? 'light' : undefined,
  trials,
  minibatch = true,
  minibatchSize = 35,
  minibatchFullEvalSteps = 5,
  initTemperature = 1,
  programAware = true,
  dataAware = true,
  viewDataBatchSize = 10,
  tipAware = true,
  fewshotAware = true,
  maxIterations = 1,
  metricThreshold,
  teacher,
  seed = 9,
  maxDemos = 4,
  ...limits
}: MiproV2Options): Settings => {
  if (auto !== undefined && candidates !== undefined) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected auto or candidates, got both: '${auto}' decides the number of candidates. Leave out one of them.`,
      { option: 'auto' },
    )
  }
  if (auto !== undefined && !Object.hasOwn(miproAuto, auto)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected auto to be 'light', 'medium' or 'heavy', got '${String(auto)}'. Write auto: 'light'.`,
      { option: 'auto' },
    )
  }
  if (!(Number.isFinite(initTemperature) && initTemperature >= 0)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected initTemperature to be a number of at least 0, got ${initTemperature}. Write initTemperature: 1.`,
      { option: 'initTemperature' },
    )
  }
  const { bootstrapped, labeled } = demoLimits({ maxDemos, ...limits })
  const isZeroShot = bootstrapped === 0 && labeled === 0
  return {
    auto,
    candidates: auto === undefined ? whole('candidates', candidates ?? 0, 1) : miproAuto[auto].candidates,
    trials: trials === undefined ? undefined : whole('trials', trials, 1),
    minibatch,
    minibatchSize: whole('minibatchSize', minibatchSize, 1),
    minibatchFullEvalSteps: whole('minibatchFullEvalSteps', minibatchFullEvalSteps, 1),
    initTemperature,
    programAware,
    dataAware,
    viewDataBatchSize: whole('viewDataBatchSize', viewDataBatchSize, 1),
    tipAware,
    fewshotAware,
    maxIterations: whole('maxIterations', maxIterations, 1),
    metricThreshold,
    teacher,
    seed: wholeSeed(seed),
    isZeroShot,
    bootstrapped: isZeroShot ? bootstrappedToShow : bootstrapped,
    labeled,
  }
}

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
  { auto, minibatch, minibatchSize }: Settings,
  dice: SeededRandom,
): MiproData => {
  const train = [...run.train.keys()]
  // dspy 3.4.1: valset_size = min(1000, max(1, 0.8 * len(trainset))); a single row does both here.
  const cutoff = train.length - Math.min(1000, Math.max(1, Math.trunc(train.length * 0.8)))
  const learning = run.hasDev || cutoff === 0 ? train : train.slice(0, cutoff)
  const choosing = run.hasDev ? [...run.dev.keys()] : train.slice(cutoff)
  const most = auto === undefined ? choosing.length : miproAuto[auto].rows
  const rows = auto === undefined ? choosing : dice.sample(choosing, Math.min(most, choosing.length))
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

interface InstructionChoices {
  /** Predictor path to its instructions; the present ones are the first. */
  readonly byPath: ReadonlyMap<string, readonly string[]>
  readonly cut: boolean
  readonly warnings: readonly Warning[]
}

/** What each predictor could be told: what it is told now, what the caller gave, what the prompt model wrote. */
async function* instructionChoices<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  settings: Settings,
  grounds: {
    /** Instructions in all, the present ones included and the given ones not. */
    readonly count: number
    readonly rows: readonly number[]
    readonly batches: number
    readonly demos: ReadonlyMap<string, readonly (readonly Demo[])[]> | undefined
    readonly keep: Spent
  },
): AsyncGenerator<SearchEvent, InstructionChoices, undefined> {
  const { initTemperature: temperature, viewDataBatchSize: batchSize, programAware } = settings
  const { batches, keep, demos } = grounds
  const student = run.program.state
  const choices = (written: ReadonlyMap<string, readonly string[]>): InstructionChoices['byPath'] =>
    new Map(
      Object.keys(student).map(path => {
        const given = run.givenInstructions.flatMap(texts => (Object.hasOwn(texts, path) ? [texts[path] ?? ''] : []))
        return [path, [...new Set([instructionsOf(student, path), ...given, ...(written.get(path) ?? [])])]] as const
      }),
    )
  if (!run.promptModel.isThere) return { byPath: choices(new Map()), cut: false, warnings: [unwritten('cannot write')] }
  const rows = grounds.rows.flatMap(place => run.train[place] ?? [])
  const about = batches === 0 ? undefined : yield* describeData(run, rows, { batchSize, batches, temperature: 1, keep })
  const written =
    about?.cut === true
      ? undefined
      : yield* proposeGrounded(run, {
          count: grounds.count - 1,
          data: about?.text,
          demos: settings.fewshotAware ? demos : undefined,
          programAware,
          tips: settings.tipAware ? derive(run.seed, 'tips') : undefined,
          temperature,
          keep,
        })
  if (written === undefined) return { byPath: choices(new Map()), cut: true, warnings: [] }
  const isNone = grounds.count > 1 && [...written.values()].every(texts => texts.length === 0)
  return {
    byPath: choices(written),
    cut: false,
    warnings: isNone ? [unwritten('gave nothing that could be used')] : [],
  }
}

const unwritten = (why: string): Warning => ({
  code: 'no-proposals',
  message: `The prompt model ${why}, so that only demos and given instructions were searched. Give a stronger promptModel, or instructions of your own in the problem.`,
})

/** A whole number within bounds. */
const bounded = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.floor(value)))

const scaled = ({ calls, tokens, usd }: Spent, times: number): Spent => ({
  calls: calls * times,
  tokens: tokens * times,
  usd: usd * times,
})
