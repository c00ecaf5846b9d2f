import { derive } from '../data/seeded-random.ts'
import { repeatedAnswers } from './demo-choices.ts'
import type { Pull, RaceRow } from './race.ts'
import type { ResponseModel } from './response-model.ts'
import type { SearchRun } from './search-run.ts'

/** How a race spends what it has. Shares are of the budget, 0 to 1. */
export interface RacePlan {
  readonly rows: readonly RaceRow[]
  /** Places of the rows that candidates race on and learn from. */
  readonly racingRows: readonly number[]
  /** Places of the rows they are judged by. */
  readonly judgingRows: readonly number[]
  /** Runs of the student before anything is proposed. */
  readonly baselineRuns: number
  readonly rounds: number
  /** Rounds without a gain after which the race ends. */
  readonly patience: number
  /** Questions to the prompt model in a round, and failed runs that each shows at most. */
  readonly questions: number
  readonly casesEach: number
  /** Demos of a new set, and of any at most. */
  readonly demos: number
  readonly maxDemos: number
  /** Combinations that run at once, and rows each runs on. */
  readonly draws: number
  readonly rowsEach: number
  /** The share that is spent. */
  progress(): number
  /** The share that is spent when a round ends. */
  roundEnds(round: number): number
  /** As many of the pulls as the budget holds. */
  fitting(pulls: readonly Pull[]): readonly Pull[]
  /** The answer of a training row, where answers repeat. */
  readonly answerOf: (trainRow: number) => string | undefined
  /** How easy a training row is taken to be. */
  easeOf(model: ResponseModel, trainRow: number): number
}

/** Runs of the program that a race makes where the budget does not say. */
const defaultRuns = 400
/** The share of the budget that proposing and racing have; the rest is for judging the best few. */
const racingShare = 0.8

/**
 * Plans a race by its budget. The numbers are those that did best on simulated models (`bench/optimizers`): few rounds
 * where there is little to spend, for each costs its proposals, and steps that grow with the budget, for each costs time.
 */
export const racePlan = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  maxDemos: number,
): RacePlan => {
  const {
    calls = Number.POSITIVE_INFINITY,
    tokens = Number.POSITIVE_INFINITY,
    usd = Number.POSITIVE_INFINITY,
  } = run.meter.budget
  const callsEach = Math.max(1, run.program.predictors.length)
  const runs = Math.min(Math.floor(calls / callsEach), defaultRuns * (Number.isFinite(calls) ? 4 : 1))
  const limit = Math.min(calls, runs * callsEach)
  const random = derive(run.seed, 'race rows')
  const most = within(leastRows, runs, mostRows)
  const train = random.shuffle([...run.train.keys()]).slice(0, most)
  const dev = random.shuffle([...run.dev.keys()]).slice(0, most)
  const rows: readonly RaceRow[] = [
    ...train.map(row => ({ part: 'train', row }) as const),
    ...dev.map(row => ({ part: 'dev', row }) as const),
  ]
  const places = [...rows.keys()]
  const placeOfTrain = new Map(train.map((row, place) => [row, place]))
  const rounds = within(2, Math.round(runs / 50), 12)
  const { meter } = run

  return {
    rows,
    racingRows: places.slice(0, train.length),
    judgingRows: run.hasDev ? places.slice(train.length) : places,
    // What it fails is what proposals are made from; but where there is little, most is left to try them.
    baselineRuns: Math.min(within(16, Math.round(runs / 5), 24), within(4, Math.round(runs / 3), 24), train.length),
    rounds,
    // Sets of demos alone soon repeat themselves; what a prompt model writes may still be new.
    patience: run.promptModel.isThere ? 4 : 2,
    questions: 3,
    casesEach: 6,
    demos: Math.min(8, maxDemos),
    maxDemos,
    draws: within(1, Math.round(runs / 60), 8),
    rowsEach: 3,
    progress: () => Math.max(meter.spent.calls / limit, meter.spent.tokens / tokens, meter.spent.usd / usd),
    roundEnds: round => (racingShare * (round + 1)) / rounds,
    fitting(pulls) {
      const wanted = pulls.reduce((sum, pull) => sum + pull.rows.length, 0)
      let left = Math.min(wanted, run.runsThatFit(wanted))
      return pulls.flatMap(pull => {
        const some = pull.rows.slice(0, left)
        left -= some.length
        return some.length > 0 ? [{ ...pull, rows: some }] : []
      })
    },
    answerOf: repeatedAnswers(
      run.train,
      run.program.signature.inputs.map(({ name }) => name),
    ),
    easeOf: (model, row) => model.ease[placeOfTrain.get(row) ?? -1] ?? 0,
  }
}

/** Rows of each part that a race looks at: even where it can run on few, and at most. */
const leastRows = 64
const mostRows = 256

const within = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value))
