import { type Html, html } from '../../src/data/index.ts'
import { bestOverCalls, type ScoredCandidate, stepPath } from '../../src/optimizers/index.ts'
import { chartFrame } from './chart-frame.ts'
import { chartScale } from './chart-scale.ts'

/** The score of every candidate over the calls spent, with its interval, and the best so far as a line. */
export const scoreChart = (candidates: readonly ScoredCandidate[]): Html => {
  const end = Math.max(1, ...candidates.map(({ calls }) => calls))
  const scale = chartScale(candidates, [0, end])
  const { x, y } = scale
  return chartFrame(
    scale,
    'Score of each candidate over calls',
    'model calls',
    html`<path class="best" d="${stepPath(bestOverCalls(candidates), end, x, y)}"/>
${candidates.map(({ label, score, low, high, calls }) => html`<g><line class="interval" x1="${x(calls)}" x2="${x(calls)}" y1="${y(low)}" y2="${y(high)}"/><circle cx="${x(calls)}" cy="${y(score)}" r="4.5"/><title>${label}: ${(100 * score).toFixed(1)} % after ${calls} calls</title></g>`)}`,
  )
}
