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
  /** The prior standard deviation of each effect, in logits; its prior mean is 0. */
  readonly effectSd: readonly number[]
  /** The number of rows. */
  readonly rows: number
  /** The prior standard deviation of how easy a row is, in logits; 1.5 when absent. */
  readonly rowSd?: number
}

/** What is believed after some trials. */
export interface ResponseModel {
  /** The mean of each effect. */
  readonly effects: Float64Array
  /** How easy each row is; 0 for one that was never tried. */
  readonly ease: Float64Array
  /** One draw of all effects from what is believed of them. `normals` are standard normal draws, one an effect. */
  draw(normals: Float64Array): Float64Array
  /** The probability that a sum of effects is right on a row. */
  chance(effects: readonly number[], row: number): number
  /** The mean over rows that a sum of effects is believed to reach, and the standard deviation of that belief. */
  reckon(effects: readonly number[], rows: readonly number[]): { readonly mean: number; readonly sd: number }
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
  { effectSd, rows, rowSd = 1.5 }: ResponseModelOptions,
  trials: readonly Trial[],
): ResponseModel => {
  const size = effectSd.length
  const effects = new Float64Array(size)
  const ease = new Float64Array(rows)
  const rowPrecision = 1 / rowSd ** 2
  const byRow = new Map<number, Trial[]>()
  for (const trial of trials) byRow.set(trial.row, [...(byRow.get(trial.row) ?? []), trial])
  let factor: Cholesky = cholesky(diagonal(effectSd), size)
  const rowVariance = new Float64Array(rows).fill(rowSd ** 2)

  for (let step = 0; step < newtonSteps; step += 1) {
    const curvature = diagonal(effectSd)
    const slope = Float64Array.from(effectSd, (sd, effect) => -(effects[effect] ?? 0) / sd ** 2)
    const reduced: { readonly row: number; readonly shared: Map<number, number>; slope: number; weight: number }[] = []
    for (const [row, ofRow] of byRow) {
      const shared = new Map<number, number>()
      let [rowSlope, rowWeight] = [-(ease[row] ?? 0) * rowPrecision, rowPrecision]
      for (const { effects: active, score } of ofRow) {
        const chance = sigmoid(sumOf(effects, active) + (ease[row] ?? 0))
        const weight = Math.max(chance * (1 - chance), leastWeight)
        const miss = score - chance
        rowSlope += miss
        rowWeight += weight
        for (const one of active) {
          slope[one] = (slope[one] ?? 0) + miss
          shared.set(one, (shared.get(one) ?? 0) + weight)
          for (const other of active) if (other <= one) add(curvature, one * size + other, weight)
        }
      }
      // The row's own effect is solved for at once (Schur), which leaves a system of the effects alone.
      for (const [one, a] of shared) {
        slope[one] = (slope[one] ?? 0) - (a * rowSlope) / rowWeight
        for (const [other, b] of shared) if (other <= one) add(curvature, one * size + other, -(a * b) / rowWeight)
      }
      reduced.push({ row, shared, slope: rowSlope, weight: rowWeight })
    }
    factor = cholesky(curvature, size)
    const change = factor.solve(slope)
    let largest = 0
    for (const { row, shared, slope: rowSlope, weight } of reduced) {
      let known = rowSlope
      for (const [effect, a] of shared) known -= a * (change[effect] ?? 0)
      ease[row] = (ease[row] ?? 0) + bounded(known / weight)
      rowVariance[row] = 1 / weight
    }
    for (const [effect, amount] of change.entries()) {
      effects[effect] = (effects[effect] ?? 0) + bounded(amount)
      largest = Math.max(largest, Math.abs(amount))
    }
    if (largest < 1e-4) break
  }

  const varianceOf = (direction: Float64Array): number => {
    const solved = factor.solve(direction)
    return solved.reduce((sum, value, index) => sum + value * (direction[index] ?? 0), 0)
  }
  const chance = (active: readonly number[], row: number): number =>
    sigmoid((sumOf(effects, active) + (ease[row] ?? 0)) / Math.sqrt(1 + (Math.PI / 8) * (rowVariance[row] ?? 0)))

  return {
    effects,
    ease,
    draw(normals) {
      const shift = factor.solveTransposed(normals)
      return effects.map((mean, effect) => mean + (shift[effect] ?? 0))
    },
    chance,
    reckon(active, among) {
      const direction = new Float64Array(size)
      let [mean, steepness, spread] = [0, 0, 0]
      for (const row of among) {
        const p = chance(active, row)
        mean += p / among.length
        steepness += (p * (1 - p)) / among.length
        spread += (p * (1 - p)) ** 2 * (rowVariance[row] ?? 0)
      }
      for (const effect of active) direction[effect] = steepness
      return { mean, sd: Math.sqrt(varianceOf(direction) + spread / among.length ** 2) }
    },
  }
}

const newtonSteps = 12
/** Keeps a certain answer from having no say at all. */
const leastWeight = 1e-4

/** A step no longer than two logits, which keeps Newton's method on its way. */
const bounded = (change: number): number => Math.max(-2, Math.min(2, change))

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
