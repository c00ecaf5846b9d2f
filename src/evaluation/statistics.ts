import { derive } from '../data/seeded-random.ts'
import { DataError } from '../errors/data-error.ts'
import { binomialQuantiles } from './binomial-quantiles.ts'

/** A mean and the interval it lies in. */
export interface MeanInterval {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
}

export interface IntervalOptions {
  /** Of the resampling; 0 when absent. */
  readonly seed?: number
  /** The share of intervals that hold the true mean; 0.95 when absent. */
  readonly confidence?: number
  /** 2,000 when absent. */
  readonly resamples?: number
  /** The least and the greatest value a score can have; [0, 1] when absent. */
  readonly range?: readonly [number, number]
}

/** From here on the normal interval differs from the resampled one by less than what is shown. */
const manyValues = 5_000

/** The arithmetic mean; a DataError `data/empty` for no values. */
export const mean = (values: readonly number[]): number => {
  if (values.length === 0) throw new DataError('data/empty', 'Expected at least one score, got none. Give examples.')
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * A mean with its confidence interval, by resampling the values with a seed (percentile bootstrap, Efron 1979).
 *
 * Where all values are equal, resampling would give an interval of width zero, as if nothing could ever differ. There the
 * interval says instead that up to w of the mass may lie elsewhere in the range, where w is Wilson's upper bound for
 * nothing seen in n (Wilson 1927): 10 of 10 right gives [0.72, 1]. Where there are two values, right and wrong, it is what
 * ever more samples would come to, reckoned and not drawn. Above 5,000 values the interval is the normal one.
 *
 * @throws DataError `data/empty` for no values
 * @example
 * meanInterval([1, 1, 0, 1, 0, 1, 1, 1]) // { mean: 0.75, low: 0.375, high: 1, n: 8 }
 */
export const meanInterval = (values: readonly number[], options: IntervalOptions = {}): MeanInterval => {
  const { seed = 0, confidence = 0.95, resamples = 2_000, range = [0, 1] } = options
  const center = mean(values)
  const n = values.length
  if (values.every(value => value === values[0])) {
    const unseen = wilsonUpper(n, confidence)
    const [least, greatest] = [Math.min(range[0], center), Math.max(range[1], center)]
    return { mean: center, low: center - unseen * (center - least), high: center + unseen * (greatest - center), n }
  }
  if (n > manyValues) {
    const variance = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (n - 1)
    const margin = normalQuantile(confidence) * Math.sqrt(variance / n)
    return { mean: center, low: Math.max(range[0], center - margin), high: Math.min(range[1], center + margin), n }
  }
  const [one = 0] = values
  const other = values.find(value => value !== one) ?? one
  if (values.every(value => value === one || value === other)) {
    const [least, most] = one < other ? [one, other] : [other, one]
    const tops = values.filter(value => value === most).length
    const { low, high } = binomialQuantiles(n, tops, (1 - confidence) / 2)
    const meanOf = (count: number): number => least + ((most - least) * count) / n
    return { mean: center, low: meanOf(low), high: meanOf(high), n }
  }
  const means = resampledMeans(values, resamples, seed)
  const tail = (1 - confidence) / 2
  const at = (index: number): number => means[Math.min(Math.max(index, 0), resamples - 1)] ?? center
  return { mean: center, low: at(Math.floor(tail * resamples)), high: at(Math.ceil((1 - tail) * resamples) - 1), n }
}

const resampledMeans = (values: readonly number[], resamples: number, seed: number): Float64Array => {
  const word = fastWords(derive(seed, 'mean-interval').bits(32))
  const drawnFrom = Float64Array.from(values)
  const share = values.length / 2 ** 32
  const means = new Float64Array(resamples)
  for (let sample = 0; sample < resamples; sample += 1) {
    let sum = 0
    for (let drawn = 0; drawn < values.length; drawn += 1) sum += drawnFrom[(word() * share) >>> 0] ?? 0
    means[sample] = sum / values.length
  }
  return means.sort()
}

/**
 * 32 random bits at a time, an order of magnitude faster than the dice of a run: an optimizer that scores hundreds of candidates
 * would else take longer to resample than to ask.
 *
 * @see mulberry32, T. Ettinger, public domain
 */
const fastWords = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** Wilson's upper bound for a share of which nothing was seen in n. */
const wilsonUpper = (n: number, confidence: number): number => {
  const squared = normalQuantile(confidence) ** 2
  return squared / (n + squared)
}

/**
 * How many standard deviations to each side hold this share of a normal distribution.
 *
 * @see Abramowitz and Stegun 1964, 26.2.23; off by less than 0.00045
 */
export const normalQuantile = (confidence: number): number => {
  const t = Math.sqrt(-2 * Math.log((1 - confidence) / 2))
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3)
}
