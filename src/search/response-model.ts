import type { Random } from '../data/random.ts'
import { type Cholesky, cholesky } from './cholesky.ts'
import { normalDraws } from './normal-draws.ts'

/** One answer: which effects were at work, on which row, and how good it was. */
export interface Trial {
  /** Indexes of the effects that add up, each once; the same array for the same competitor. */
  readonly effects: readonly number[]
  readonly row: number
  /** 0 to 1. */
  readonly score: number
}

export interface ResponseModelOptions {
  /** The prior standard deviation of each effect, in logits. */
  readonly effectSd: readonly number[]
  /** The prior mean of each effect, in logits; 0 when absent. */
  readonly effectMean?: readonly number[]
  /** The number of rows. */
  readonly rows: number
  /** The prior standard deviation of how easy a row is, in logits; 1.5 when absent. */
  readonly rowSd?: number
  /** Where to start looking: what was believed before the last trials. Faster, and the same in the end. */
  readonly start?: Pick<ResponseModel, 'pulls' | 'ease'>
}

/** A mean, and the standard deviation of what is believed of it. */
export interface Belief {
  readonly mean: number
  readonly sd: number
}

/** What is believed after some trials. */
export interface ResponseModel {
  /** The mean of each effect. */
  readonly effects: Float64Array
  /** How easy each row is; 0 for one that was never tried. */
  readonly ease: Float64Array
  /** One draw of all effects from what is believed of them. */
  draw(random: Random): Float64Array
  /** How hard each competitor pulls at its effects: where the next model starts looking. */
  readonly pulls: ReadonlyMap<readonly number[], number>
  /** The probabilities that a sum of effects is right on rows. */
  chances(effects: readonly number[], rows: readonly number[]): readonly number[]
  /** The mean over rows that a sum of effects is believed to reach, and the standard deviation of that belief. */
  reckon(effects: readonly number[], rows: readonly number[]): Belief
  /** The same of the difference between one sum of effects and another: what they share does not blur it. */
  difference(effects: readonly number[], others: readonly number[], rows: readonly number[]): Belief
}

/**
 * Learns from every answer about every effect: the logit of an answer being right is the sum of its effects and of how
 * easy its row is (Rasch), all with normal priors; the posterior is Laplace's. Scores between 0 and 1 count as shares.
 *
 * What was seen of one candidate so says something about its relatives, and a candidate that had easy rows is not taken
 * for a good one.
 *
 * @see Rasch 1960; Tierney and Kadane 1986 for the approximation
 */
export const responseModel = (
  { effectSd, effectMean = [], rows, rowSd = 1.5, start }: ResponseModelOptions,
  trials: readonly Trial[],
): ResponseModel => {
  const variance = (effect: number): number => (effectSd[effect] ?? 0) ** 2
  // Whoever has the same effects is one competitor; the system of equations is one of competitors, who are few.
  const byRow = new Map<number, Tried[]>()
  const numbers = new Map<readonly number[], number>()
  for (const { effects, row, score } of trials) {
    const competitor = numbers.get(effects) ?? numbers.size
    numbers.set(effects, competitor)
    const tried: Tried = { competitor, row, score }
    const ofRow = byRow.get(row) ?? []
    ofRow.push(tried)
    byRow.set(row, ofRow)
  }
  const active = [...numbers.keys()]
  const size = active.length
  const hoped = Float64Array.from(active, effects => sumOf(effectMean, effects))
  const shared = overlaps(active, variance)
  const pulls = Float64Array.from(active, effects => start?.pulls.get(effects) ?? 0)
  const ease = Float64Array.from({ length: rows }, (_, row) => start?.ease[row] ?? 0)
  const rowVariance = new Float64Array(rows).fill(rowSd ** 2)
  let logits = plus(hoped, product(shared, pulls))

  /** The logarithm of the posterior, but for a constant. */
  const belief = (): number => {
    let sum = 0
    for (let one = 0; one < size; one += 1) sum -= (at(pulls, one) * (at(logits, one) - at(hoped, one))) / 2
    for (const [row, ofRow] of byRow) {
      sum -= at(ease, row) ** 2 / (2 * rowSd ** 2)
      for (const { competitor, score } of ofRow) {
        const logit = at(logits, competitor) + at(ease, row)
        sum += score * logit - Math.max(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)))
      }
    }
    return sum
  }

  let root: Cholesky = cholesky(identity(size), size)
  let inner: Cholesky = root
  for (let step = 0; step < newtonSteps; step += 1) {
    const weights = new Float64Array(size * size)
    const slope = new Float64Array(size)
    const solved: { readonly row: number; readonly slope: number; readonly weight: number; readonly of: Weighed[] }[] =
      []
    for (const [row, ofRow] of byRow) {
      let [rowSlope, rowWeight] = [-at(ease, row) / rowSd ** 2, 1 / rowSd ** 2]
      const of = ofRow.map(({ competitor, score }): Weighed => {
        const chance = sigmoid(at(logits, competitor) + at(ease, row))
        const weight = Math.max(chance * (1 - chance), leastWeight)
        rowSlope += score - chance
        rowWeight += weight
        add(slope, competitor, score - chance)
        add(weights, competitor * size + competitor, weight)
        return { competitor, weight }
      })
      // The row's own effect is solved for at once (Schur), which leaves a system of the competitors alone.
      for (const { competitor, weight } of of) {
        add(slope, competitor, -(weight * rowSlope) / rowWeight)
        for (const other of of) add(weights, competitor * size + other.competitor, -(weight * other.weight) / rowWeight)
      }
      solved.push({ row, slope: rowSlope, weight: rowWeight, of })
      rowVariance[row] = 1 / rowWeight
    }
    root = cholesky(weights, size)
    inner = cholesky(sandwiched(shared, root, size), size)
    const wanted = plus(product(weights, minus(logits, hoped)), slope)
    const through = inner.solve(root.timesTransposed(product(shared, wanted)))
    const change = minus(minus(wanted, root.times(through)), pulls)
    const logitChange = product(shared, change)
    const easeChange = solved.map(({ row, slope: rowSlope, weight, of }) => {
      const known = of.reduce((sum, one) => sum - one.weight * at(logitChange, one.competitor), rowSlope)
      return { row, amount: known / weight }
    })
    const move = (by: number): void => {
      for (let one = 0; one < size; one += 1) add(pulls, one, by * at(change, one))
      for (const { row, amount } of easeChange) add(ease, row, by * amount)
      logits = plus(hoped, product(shared, pulls))
    }
    const before = belief()
    move(1)
    // A full step may go too far; the log posterior has one peak, so that half of it, and half again, will do.
    for (let part = 1; part > leastStep && belief() < before; part /= 2) move(-part / 2)
    if (logitChange.every(amount => Math.abs(amount) < settled)) break
  }

  /** A value for each competitor, handed to its effects as far as each could be the cause. */
  const handed = (values: Float64Array): Float64Array => {
    const effects = new Float64Array(effectSd.length)
    for (const [one, of] of active.entries()) for (const effect of of) add(effects, effect, at(values, one))
    return effects.map((value, effect) => variance(effect) * value)
  }
  const effects = plus(
    Float64Array.from(effectSd, (_, effect) => effectMean[effect] ?? 0),
    handed(pulls),
  )
  const chanceOf = (sum: number, row: number): number =>
    sigmoid((sum + (ease[row] ?? 0)) / Math.sqrt(1 + (Math.PI / 8) * (rowVariance[row] ?? 0)))
  const chances = (active: readonly number[], among: readonly number[]): readonly number[] => {
    const sum = sumOf(effects, active)
    return among.map(row => chanceOf(sum, row))
  }

  /** The variance of a sum of effects, each times its steepness. */
  const spreadOf = (steepness: ReadonlyMap<number, number>): number => {
    let before = 0
    for (const [effect, steep] of steepness) before += variance(effect) * steep ** 2
    const seen = Float64Array.from(active, of =>
      of.reduce((sum, effect) => sum + variance(effect) * (steepness.get(effect) ?? 0), 0),
    )
    return Math.max(0, before - inner.quadratic(root.timesTransposed(seen)))
  }

  const difference = (active: readonly number[], other: readonly number[] | undefined, among: readonly number[]) => {
    let [mean, own, others, ofRows] = [0, 0, 0, 0]
    const [sum, otherSum] = [sumOf(effects, active), other && sumOf(effects, other)]
    for (const row of among) {
      const p = chanceOf(sum, row)
      const q = otherSum === undefined ? 0 : chanceOf(otherSum, row)
      mean += (p - q) / among.length
      own += (p * (1 - p)) / among.length
      others += (q * (1 - q)) / among.length
      ofRows += (p * (1 - p) - q * (1 - q)) ** 2 * (rowVariance[row] ?? 0)
    }
    const steepness = new Map(active.map(effect => [effect, own]))
    for (const effect of other ?? []) steepness.set(effect, (steepness.get(effect) ?? 0) - others)
    return { mean, sd: Math.sqrt(spreadOf(steepness) + ofRows / among.length ** 2) }
  }

  return {
    effects,
    ease,
    chances,
    draw(random) {
      // A draw of the prior, pulled to what was seen by as much as the mean was (Matheron's rule).
      const prior = normalDraws(random, effectSd.length).map((value, effect) => value * (effectSd[effect] ?? 0))
      const seen = root.timesTransposed(Float64Array.from(active, of => sumOf(prior, of)))
      const pull = root.times(inner.solve(plus(seen, normalDraws(random, size))))
      return plus(effects, minus(prior, handed(pull)))
    },
    pulls: new Map(active.map((of, one) => [of, at(pulls, one)])),
    reckon: (active, among) => difference(active, undefined, among),
    difference,
  }
}

const newtonSteps = 25
/** Changes, in logits, that no longer matter. */
const settled = 1e-2
/** Keeps a certain answer from having no say at all. */
const leastWeight = 1e-4

/** The smallest part of a step that is tried. */
const leastStep = 1 / 64

interface Tried {
  readonly competitor: number
  readonly row: number
  readonly score: number
}

interface Weighed {
  readonly competitor: number
  readonly weight: number
}

/** The prior covariance of competitors: what effects they share. */
const overlaps = (active: readonly (readonly number[])[], variance: (effect: number) => number): Float64Array => {
  const size = active.length
  const shared = new Float64Array(size * size)
  const having = new Map<number, number[]>()
  for (const [one, effects] of active.entries()) {
    for (const effect of effects) {
      const others = having.get(effect) ?? []
      others.push(one)
      having.set(effect, others)
      for (const other of others) {
        add(shared, one * size + other, variance(effect))
        if (other !== one) add(shared, other * size + one, variance(effect))
      }
    }
  }
  return shared
}

/** I + Rᵀ G R for a lower triangle R. */
const sandwiched = (matrix: Float64Array, root: Cholesky, size: number): Float64Array => {
  const made = identity(size)
  const columns = Array.from({ length: size }, (_, column) => root.column(column))
  for (const [column, right] of columns.entries()) {
    const half = product(matrix, right)
    // What is read is the lower triangle, and a column of R begins on the diagonal.
    for (let row = column; row < size; row += 1) {
      const left = columns[row] as Float64Array
      let sum = 0
      for (let inner = row; inner < size; inner += 1) sum += at(left, inner) * at(half, inner)
      add(made, row * size + column, sum)
    }
  }
  return made
}

const identity = (size: number): Float64Array => {
  const matrix = new Float64Array(size * size)
  for (let one = 0; one < size; one += 1) matrix[one * size + one] = 1
  return matrix
}

const product = (matrix: Float64Array, vector: Float64Array): Float64Array => {
  const size = vector.length
  const made = new Float64Array(size)
  for (let row = 0; row < size; row += 1) {
    let sum = 0
    const from = row * size
    for (let column = 0; column < size; column += 1) sum += at(matrix, from + column) * at(vector, column)
    made[row] = sum
  }
  return made
}

const plus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, index) => value + at(b, index))

const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, index) => value - at(b, index))

const at = (values: Float64Array, index: number): number => values[index] as number

const add = (values: Float64Array, index: number, amount: number): void => {
  values[index] = (values[index] as number) + amount
}

const sumOf = (values: ArrayLike<number>, indexes: readonly number[]): number =>
  indexes.reduce((sum, index) => sum + (values[index] ?? 0), 0)

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))
