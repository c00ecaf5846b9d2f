import { derive } from '../data/seeded-random.ts'
import { type Spent, unspent } from './budget.ts'
import type { Pull, RaceRow } from './race.ts'
import type { ResponseModel } from './response-model.ts'
import type { SearchRun } from './search-run.ts'

/** How a race spends its budget. Shares are of what the run may spend, 0 to 1. */
export interface RacePlan {
  readonly rows: readonly RaceRow[]
  /** Rows that candidates race on and learn from. */
  readonly racingRows: readonly number[]
  /** Rows by which they are judged. */
  readonly judgingRows: readonly number[]
  readonly baselineRuns: number
  readonly rounds: number
  readonly proposals: number
  readonly cases: number
  readonly draws: number
  readonly rowsEach: number
  readonly unspentAtEnd: Spent
  /** How much of the budget is spent. */
  progress(): number
  raceUntil(round: number): number
  /** As many of the pulls as the budget holds. */
  fitting(pulls: readonly Pull[]): readonly Pull[]
  easeOf(model: ResponseModel, trainRow: number): number
  runs: number
}

export const racePlan = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
): RacePlan => {
  const { budget } = run.meter
  const callsEach = Math.max(1, run.program.predictors.length)
  const isOpen =
    budget.calls === undefined &&
    budget.tokens === undefined &&
    budget.usd === undefined &&
    budget.seconds === undefined
  const calls = budget.calls ?? (isOpen ? defaultRuns * callsEach : Number.POSITIVE_INFINITY)
  const runs = Number.isFinite(calls) ? Math.floor(calls / callsEach) : defaultRuns
  const random = derive(run.seed, 'race rows')
  const most = Math.max(64, runs)
  const train = random.shuffle([...run.train.keys()]).slice(0, most)
  const dev = random.shuffle([...run.dev.keys()]).slice(0, most)
  const rows: RaceRow[] = [
    ...train.map(row => ({ part: 'train' as const, row })),
    ...dev.map(row => ({ part: 'dev' as const, row })),
  ]
  const places = [...rows.keys()]
  const racingRows = places.slice(0, train.length)
  const judgingRows = run.hasDev ? places.slice(train.length) : racingRows
  const placeOfTrain = new Map(train.map((row, place) => [row, place]))
  const rounds = clamp(Math.round(runs / 50), 2, 12)
  const { tokens = Number.POSITIVE_INFINITY, usd = Number.POSITIVE_INFINITY } = budget
  return {
    rows,
    racingRows,
    judgingRows,
    runs,
    baselineRuns: Math.min(clamp(Math.round(runs / 8), 8, 24), racingRows.length),
    rounds,
    proposals: 3,
    cases: 6,
    draws: clamp(Math.round(runs / 60), 1, 8),
    rowsEach: 4,
    unspentAtEnd: unspent,
    progress: () => Math.max(run.meter.spent.calls / calls, run.meter.spent.tokens / tokens, run.meter.spent.usd / usd),
    raceUntil: round => 0.8 * ((round + 1) / rounds),
    fitting(pulls) {
      const wanted = pulls.reduce((sum, pull) => sum + pull.rows.length, 0)
      let left = Math.min(wanted, run.runsThatFit(wanted))
      const fitting: Pull[] = []
      for (const pull of pulls) {
        const some = pull.rows.slice(0, left)
        if (some.length > 0) fitting.push({ ...pull, rows: some })
        left -= some.length
      }
      return fitting
    },
    easeOf: (model, row) => model.ease[placeOfTrain.get(row) ?? -1] ?? 0,
  }
}

/** Runs of the program where the budget sets no limit. */
const defaultRuns = 400

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
