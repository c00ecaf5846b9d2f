import { canonicalJson } from '../data/canonical-json.ts'
import { DataError } from '../errors/data-error.ts'
import type { EvaluationResult } from './evaluation-result.ts'
import { signFlipTest } from './sign-flip-test.ts'
import { mean, meanInterval } from './statistics.ts'

/** How two programs differ on the same examples; positive favors the second. */
export interface Comparison {
  readonly n: number
  readonly before: number
  readonly after: number
  /** `after` minus `before`. */
  readonly difference: number
  /** The 95 % confidence interval of the difference. */
  readonly low: number
  readonly high: number
  /** How often a difference this large would come by chance alone (`signFlipTest`, two-sided). */
  readonly p: number
  /** Examples the second scores higher on, lower on, the same on. */
  readonly wins: number
  readonly losses: number
  readonly ties: number
}

export interface CompareOptions {
  /** Of the resampling; 0 when absent. */
  readonly seed?: number
}

/**
 * Compares two evaluations example by example. Pairing takes out what the examples differ in, so it sees smaller
 * differences than two separate intervals do.
 *
 * @throws DataError `data/empty` without examples, `data/fields` when the two were made on different examples
 * @example
 * const { difference, low, high, p } = compare(await evaluate(a, on), await evaluate(b, on))
 */
export const compare = (
  before: EvaluationResult,
  after: EvaluationResult,
  options: CompareOptions = {},
): Comparison => {
  const differs = before.results.findIndex(
    (result, index) => canonicalJson(result.example) !== canonicalJson(after.results[index]?.example),
  )
  if (before.n !== after.n || differs >= 0) {
    throw new DataError(
      'data/fields',
      `Expected two evaluations of the same examples in the same order; they differ at example ${differs < 0 ? before.n : differs}. Evaluate both programs on one data set.`,
    )
  }
  return compareScores(
    before.results.map(result => result.score),
    after.results.map(result => result.score),
    options,
  )
}

/**
 * Compares two lists of scores, pair by pair.
 *
 * @throws DataError `data/empty` for no scores, `data/fields` for lists of different lengths
 * @example
 * const { difference, wins, losses } = compareScores([0, 1, 0], [1, 1, 1]) // 2 / 3, 2 and 0
 */
export const compareScores = (
  before: readonly number[],
  after: readonly number[],
  { seed = 0 }: CompareOptions = {},
): Comparison => {
  if (before.length !== after.length) {
    throw new DataError(
      'data/fields',
      `Expected as many scores on both sides, got ${before.length} and ${after.length}.`,
    )
  }
  const differences = after.map((score, index) => score - (before[index] ?? 0))
  const { mean: difference, low, high, n } = meanInterval(differences, { seed, range: [-1, 1] })
  const wins = differences.filter(value => value > 0).length
  const losses = differences.filter(value => value < 0).length
  return {
    n,
    before: mean(before),
    after: mean(after),
    difference,
    low,
    high,
    p: signFlipTest(differences, { seed }),
    wins,
    losses,
    ties: n - wins - losses,
  }
}
