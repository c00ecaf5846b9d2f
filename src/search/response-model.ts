import { type Cholesky, cholesky } from './cholesky.ts'

/** One answer: which effects were at work, on which row, and how good it was. */
export interface Trial {
  /** Indexes of the effects that add up, each once. */
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
  readonly start?: Pick<ResponseModel, 'effects' | 'ease'>
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
  /** One draw of all effects from what is believed of them. `normals` are standard normal draws, one an effect. */
  draw(normals: Float64Array): Float64Array
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
  // What was never at work is as it was believed before: only the others need the system of equations.
  const tried = [...new Set(trials.flatMap(trial => trial.effects))].sort((a, b) => a - b)
  const places = new Map(tried.map((effect, place) => [effect, place]))
  const size = tried.length
  const triedSd = tried.map(effect => effectSd[effect] ?? 1)
  const hoped = tried.map(effect => effectMean[effect] ?? 0)
  const means = Float64Array.from(tried, effect => start?.effects[effect] ?? effectMean[effect] ?? 0)
  const ease = Float64Array.from({ length: rows }, (_, row) => start?.ease[row] ?? 0)
  const rowVariance = new Float64Array(rows).fill(rowSd ** 2)
  const byRow = new Map<number, { readonly active: readonly number[]; readonly score: number }[]>()
  for (const { effects, row, score } of trials) {
    const ofRow = byRow.get(row) ?? []
    ofRow.push({ active: effects.map(effect => places.get(effect) ?? 0), score })
    byRow.set(row, ofRow)
  }
  let factor: Cholesky = cholesky(diagonal(triedSd), size)

  /** The logarithm of the posterior, but for a constant. */
  const belief = (): number => {
    let sum = 0
    for (const [effect, sd] of triedSd.entries())
      sum -= ((means[effect] ?? 0) - (hoped[effect] ?? 0)) ** 2 / (2 * sd ** 2)
    for (const [row, ofRow] of byRow) {
      sum -= (ease[row] ?? 0) ** 2 / (2 * rowSd ** 2)
      for (const { active, score } of ofRow) {
        const logit = sumOf(means, active) + (ease[row] ?? 0)
        sum += score * logit - Math.max(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)))
      }
    }
    return sum
  }

  for (let step = 0; step < newtonSteps; step += 1) {
    const curvature = diagonal(triedSd)
    const slope = Float64Array.from(triedSd, (sd, effect) => ((hoped[effect] ?? 0) - (means[effect] ?? 0)) / sd ** 2)
    const solved: { readonly row: number; readonly shared: Map<number, number>; slope: number; weight: number }[] = []
    for (const [row, ofRow] of byRow) {
      const shared = new Map<number, number>()
      let [rowSlope, rowWeight] = [-(ease[row] ?? 0) / rowSd ** 2, 1 / rowSd ** 2]
      for (const { active, score } of ofRow) {
        const chance = sigmoid(sumOf(means, active) + (ease[row] ?? 0))
        const weight = Math.max(chance * (1 - chance), leastWeight)
        rowSlope += score - chance
        rowWeight += weight
        for (const one of active) {
          slope[one] = (slope[one] ?? 0) + score - chance
          shared.set(one, (shared.get(one) ?? 0) + weight)
          for (const other of active) if (other <= one) add(curvature, one * size + other, weight)
        }
      }
      // The row's own effect is solved for at once (Schur), which leaves a system of the effects alone.
      for (const [one, a] of shared) {
        slope[one] = (slope[one] ?? 0) - (a * rowSlope) / rowWeight
        for (const [other, b] of shared) if (other <= one) add(curvature, one * size + other, -(a * b) / rowWeight)
      }
      solved.push({ row, shared, slope: rowSlope, weight: rowWeight })
    }
    factor = cholesky(curvature, size)
    const change = factor.solve(slope)
    const easeChange = solved.map(({ row, shared, slope: rowSlope, weight }) => {
      let known = rowSlope
      for (const [effect, a] of shared) known -= a * (change[effect] ?? 0)
      rowVariance[row] = 1 / weight
      return { row, amount: known / weight }
    })
    const move = (by: number): void => {
      for (const [effect, amount] of change.entries()) means[effect] = (means[effect] ?? 0) + by * amount
      for (const { row, amount } of easeChange) ease[row] = (ease[row] ?? 0) + by * amount
    }
    const before = belief()
    move(1)
    // A full step may go too far; the log posterior has one peak, so that half of it, and half again, will do.
    for (let part = 1; part > leastStep && belief() < before; part /= 2) move(-part / 2)
    if (change.every(amount => Math.abs(amount) < settled)) break
  }

  const effects = Float64Array.from(effectSd, (_, effect) => means[places.get(effect) ?? -1] ?? effectMean[effect] ?? 0)
  const chanceOf = (sum: number, row: number): number =>
    sigmoid((sum + (ease[row] ?? 0)) / Math.sqrt(1 + (Math.PI / 8) * (rowVariance[row] ?? 0)))
  const chances = (active: readonly number[], among: readonly number[]): readonly number[] => {
    const sum = sumOf(effects, active)
    return among.map(row => chanceOf(sum, row))
  }

  /** The standard deviation of a sum of effects, each times its steepness. */
  const spreadOf = (steepness: ReadonlyMap<number, number>): number => {
    const direction = new Float64Array(size)
    let untried = 0
    for (const [effect, steep] of steepness) {
      const place = places.get(effect)
      if (place === undefined) untried += (steep * (effectSd[effect] ?? 0)) ** 2
      else direction[place] = steep
    }
    return untried + factor.quadratic(direction)
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
    return { mean, sd: Math.sqrt(Math.max(0, spreadOf(steepness)) + ofRows / among.length ** 2) }
  }

  return {
    effects,
    ease,
    chances,
    draw(normals) {
      const shift = factor.solveTransposed(Float64Array.from(tried, effect => normals[effect] ?? 0))
      return effects.map((mean, effect) => {
        const place = places.get(effect)
        return mean + (place === undefined ? (effectSd[effect] ?? 0) * (normals[effect] ?? 0) : (shift[place] ?? 0))
      })
    },
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

const add = (matrix: Float64Array, index: number, amount: number): void => {
  matrix[index] = (matrix[index] ?? 0) + amount
}

const diagonal = (effectSd: readonly number[]): Float64Array => {
  const matrix = new Float64Array(effectSd.length ** 2)
  for (const [effect, sd] of effectSd.entries()) matrix[effect * effectSd.length + effect] = 1 / sd ** 2
  return matrix
}

const sumOf = (values: Float64Array, indexes: readonly number[]): number =>
  indexes.reduce((sum, index) => sum + (values[index] ?? 0), 0)

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))
