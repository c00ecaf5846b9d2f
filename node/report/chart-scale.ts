/** The drawing area of a chart. */
export const chartSize = { width: 760, height: 300, left: 52, right: 16, top: 16, bottom: 48 } as const

/** Where scores and what they are drawn over lie in a chart. */
export interface ChartScale {
  x(value: number): number
  y(score: number): number
  /** Scores and values to mark: round ones, six at most. */
  readonly scores: readonly number[]
  readonly values: readonly number[]
}

/** Spreads scores, widened to whole tenths, and values from `from` to `to` over the drawing area. */
export const chartScale = (
  scores: readonly { readonly low: number; readonly high: number }[],
  [from, to]: readonly [from: number, to: number],
): ChartScale => {
  const { width, height, left, right, top, bottom } = chartSize
  const [low, high] = scoreRange(scores)
  const span = to > from ? to - from : 1
  return {
    x: value => round(left + ((value - from) / span) * (width - left - right)),
    y: score => round(top + ((high - score) / (high - low)) * (height - top - bottom)),
    scores: marks(low, high).map(score => Math.round(score * 1e6) / 1e6),
    values: marks(from, from + span),
  }
}

/** Round numbers from one to another, their distance 1, 2 or 5 times a power of ten. */
const marks = (from: number, to: number): readonly number[] => {
  const rough = (to - from) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find(factor => factor * power >= rough * 0.999) ?? 10) * power
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

const scoreRange = (scores: readonly { readonly low: number; readonly high: number }[]): readonly [number, number] => {
  const low = Math.floor(10 * Math.min(1, ...scores.map(score => score.low))) / 10
  const high = Math.ceil(10 * Math.max(0, ...scores.map(score => score.high))) / 10
  return high > low ? [low, high] : [low - 0.1, high + 0.1]
}

const round = (value: number): number => Math.round(value * 10) / 10
