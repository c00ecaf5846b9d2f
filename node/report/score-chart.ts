import { type Html, html } from '../../src/data/index.ts'
import type { ScoredCandidate } from '../../src/index.ts'

const size = { width: 760, height: 300, left: 52, right: 16, top: 16, bottom: 40 } as const

/** The score of every candidate over the calls spent, with its interval, and the best so far as a line. */
export const scoreChart = (candidates: readonly ScoredCandidate[]): Html => {
  const inOrder = candidates.toSorted((a, b) => a.index - b.index)
  const mostCalls = Math.max(1, ...inOrder.map(candidate => candidate.calls))
  const [low, high] = scoreRange(inOrder)
  const x = (calls: number): number => round(size.left + (calls / mostCalls) * (size.width - size.left - size.right))
  const y = (score: number): number =>
    round(size.top + ((high - score) / (high - low)) * (size.height - size.top - size.bottom))
  const scores = [0, 1, 2, 3, 4].map(step => low + (step / 4) * (high - low))
  const calls = [0, 1, 2, 3, 4].map(step => Math.round((step / 4) * mostCalls))
  return html`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="Score of each candidate over calls">
${scores.map(score => html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${y(score)}" y2="${y(score)}"/><text class="tick" x="${size.left - 8}" y="${y(score) + 4}" text-anchor="end">${Math.round(100 * score)} %</text>`)}
${calls.map(count => html`<text class="tick" x="${x(count)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${count}</text>`)}
<text class="tick" x="${(size.left + size.width - size.right) / 2}" y="${size.height - 4}" text-anchor="middle">model calls</text>
<path class="best" d="${bestLine(inOrder, x, y)}"/>
${inOrder.map(candidate => html`<g><line class="interval" x1="${x(candidate.calls)}" x2="${x(candidate.calls)}" y1="${y(candidate.low)}" y2="${y(candidate.high)}"/><circle cx="${x(candidate.calls)}" cy="${y(candidate.score)}" r="4.5"/><title>${candidate.label}: ${(100 * candidate.score).toFixed(1)} % after ${candidate.calls} calls</title></g>`)}
</svg>`
}

const scoreRange = (candidates: readonly ScoredCandidate[]): readonly [number, number] => {
  const low = Math.floor(10 * Math.min(1, ...candidates.map(candidate => candidate.low))) / 10
  const high = Math.ceil(10 * Math.max(0, ...candidates.map(candidate => candidate.high))) / 10
  return high > low ? [low, high] : [low - 0.1, high + 0.1]
}

const bestLine = (
  candidates: readonly ScoredCandidate[],
  x: (calls: number) => number,
  y: (score: number) => number,
): string => {
  let best = Number.NEGATIVE_INFINITY
  let path = ''
  for (const { score, calls } of candidates) {
    if (path === '') path = `M${x(calls)} ${y(score)}`
    else path += `H${x(calls)}`
    if (score > best) {
      best = score
      path += `V${y(score)}`
    }
  }
  return path
}

const round = (value: number): number => Math.round(value * 10) / 10
