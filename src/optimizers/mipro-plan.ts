/** How much `miproV2` does on its own. */
export type MiproAuto = 'light' | 'medium' | 'heavy'

/** Candidates of each kind, and the rows they are scored on, at most. */
export const miproAuto: Readonly<Record<MiproAuto, { readonly candidates: number; readonly rows: number }>> = {
  light: { candidates: 6, rows: 100 }, // dspy 3.4.1: n=6, val_size=100
  medium: { candidates: 12, rows: 300 }, // dspy 3.4.1: n=12, val_size=300
  heavy: { candidates: 18, rows: 1000 }, // dspy 3.4.1: n=18, val_size=1000
}

/** Fewer rows than these are never split into batches. */
export const leastRowsForBatches = 50 // dspy 3.4.1: MIN_MINIBATCH_SIZE=50, the rows must be more

/** How many trials a search over so many parameters and choices takes. */
export const trialsFor = (parameters: number, candidates: number): number =>
  Math.trunc(Math.max(2 * parameters * Math.log2(candidates), 1.5 * candidates))

/** What a search is made of, in runs of the program where it costs. */
export interface MiproShape {
  readonly predictors: number
  readonly isZeroShot: boolean
  /** Rows each set of demos bootstraps, at most. */
  readonly bootstrapped: number
  /** Rows candidates are scored on. */
  readonly rows: number
  readonly batchSize: number
  readonly fullEvaluationEvery: number
  /** Calls that describing the data takes. */
  readonly describing: number
}

/**
 * The most candidates of each kind, at most `wanted` and at least 3, with which a search fits into what is left: demos,
 * proposals, and as many trials as so many candidates take. Fewer trials than that are made where even 3 do not fit.
 *
 * @param left runs of the program that the budget holds after the student was scored
 */
export const candidatesThatFit = (wanted: number, left: number, shape: MiproShape): number => {
  for (let candidates = wanted; candidates > 3; candidates -= 1)
    if (runsFor(candidates, shape) <= left) return candidates
  return Math.min(wanted, 3)
}

/** Runs of the program that a search takes, the student's score not counted. */
const runsFor = (candidates: number, shape: MiproShape): number => {
  const { predictors, isZeroShot, bootstrapped, rows, batchSize, fullEvaluationEvery, describing } = shape
  const trials = trialsFor(predictors * (isZeroShot ? 1 : 2), candidates)
  const isWhole = batchSize >= rows
  const fullEvaluations = isWhole ? 0 : Math.ceil(trials / fullEvaluationEvery)
  const bootstrapping = triesForSet(bootstrapped) * Math.max(0, candidates - 2)
  const asking = (describing + predictors * candidates) / Math.max(1, predictors)
  return trials * Math.min(batchSize, rows) + fullEvaluations * (rows - batchSize) + bootstrapping + asking
}

/** Rows that a set of demos is reckoned to try: every other one is right. */
const triesForSet = (bootstrapped: number): number => 2 * bootstrapped
