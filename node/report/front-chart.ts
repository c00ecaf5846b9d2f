import { type Html, html } from '../../src/data/index.ts'
import { type FrontPoint, stepPath } from '../../src/optimizers/index.ts'
import { chartFrame } from './chart-frame.ts'
import { chartScale } from './chart-scale.ts'

/** The candidates that none beats without a longer prompt: their scores over the tokens of a call. */
export const frontChart = (front: readonly FrontPoint[]): Html => {
  const end = Math.max(1, ...front.map(({ promptTokens }) => promptTokens))
  const scale = chartScale(front, [0, end])
  const { x, y } = scale
  const path = stepPath(
    front.map(({ promptTokens, score }) => ({ calls: promptTokens, score })),
    ...([end, x, y] as const),
  )
  return chartFrame(
    scale,
    'Best scores over the tokens of a prompt',
    'input tokens of one call, estimated',
    html`<path class="best" d="${path}"/>
${front.map(({ label, score, low, high, promptTokens }) => html`<g><line class="interval" x1="${x(promptTokens)}" x2="${x(promptTokens)}" y1="${y(low)}" y2="${y(high)}"/><circle cx="${x(promptTokens)}" cy="${y(score)}" r="4.5"/><title>${label}: ${(100 * score).toFixed(1)} % with ${promptTokens} tokens</title></g>`)}`,
  )
}
