/** The drawing area of a chart. */
export const chartSize = { width: 760, height: 300, left: 52, right: 16, top: 16, bottom: 40 } as const

/** Where scores and what they are drawn over lie in a chart. */
export interface ChartScale {
  x(value: number): number
  y(score: number): number
  /** Five scores and five values to mark. */
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
  const steps = [0, 1, 2, 3, 4]
  return {
    x: value => round(left + ((value - from) / span) * (width - left - right)),
    y: score => round(top + ((high - score) / (high - low)) * (height - top - bottom)),
    scores: steps.map(step => low + (step / 4) * (high - low)),
    values: steps.map(step => Math.round(from + (step / 4) * span)),
  }
}

const scoreRange = (scores: readonly { readonly low: number; readonly high: number }[]): readonly [number, number] => {
  const low = Math.floor(10 * Math.min(1, ...scores.map(score => score.low))) / 10
  const high = Math.ceil(10 * Math.max(0, ...scores.map(score => score.high))) / 10
  return high > low ? [low, high] : [low - 0.1, high + 0.1]
}

const round = (value: number): number => Math.round(value * 10) / 10
