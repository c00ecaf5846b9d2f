import { type Html, html } from '../../src/data/index.ts'
import { type ChartScale, chartSize } from './chart-scale.ts'

/** A chart of scores: its lines and numbers around what is drawn in it. */
export const chartFrame = ({ x, y, scores, values }: ChartScale, label: string, axis: string, drawn: Html): Html => {
  const { width, height, left, right, bottom } = chartSize
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${scores.map(score => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y(score)}" y2="${y(score)}"/><text class="tick" x="${left - 8}" y="${y(score) + 4}" text-anchor="end">${Math.round(100 * score)} %</text>`)}
${values.map(value => html`<text class="tick" x="${x(value)}" y="${height - bottom + 20}" text-anchor="${x(value) > width - right - 20 ? 'end' : 'middle'}">${value}</text>`)}
<text class="tick" x="${(left + width - right) / 2}" y="${height - 4}" text-anchor="middle">${axis}</text>
${drawn}</svg>`
}
