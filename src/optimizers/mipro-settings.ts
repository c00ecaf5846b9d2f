import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Teacher } from '../search/few-shot.ts'
import { type DemoLimits, demoLimits, whole, wholeSeed } from './demo-limits.ts'
import { type MiproAuto, miproAuto } from './mipro-plan.ts'

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

/** What the options come to. */
export interface MiproSettings
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

/**
 * The options with their defaults.
 *
 * @throws ConfigurationError `configuration/invalid` for a setting out of range, or `auto` together with `candidates`
 */
export const miproSettings = ({
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
}: MiproV2Options): MiproSettings => {
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
