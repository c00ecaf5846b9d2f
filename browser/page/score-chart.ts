import { bestOverCalls, stepPath } from '../../src/optimizers/index.ts'
import { drawing } from './element.ts'
import { percent } from './numbers.ts'
import type { CandidateRow } from './page-state.ts'

/** Drawn to the width it is shown in, so that its text stays as large as the rest. */
const sizes = {
  wide: { width: 760, height: 260, left: 48, right: 16, top: 14, bottom: 40 },
  narrow: { width: 380, height: 240, left: 48, right: 16, top: 14, bottom: 40 },
} as const

/** The score of every candidate over the calls spent, with its interval, and the best so far as a line. */
export const scoreChart = (candidates: readonly CandidateRow[], budget: number): SVGSVGElement => {
  const size = sizes[matchMedia('(max-width: 560px)').matches ? 'narrow' : 'wide']
  const end = Math.max(0, ...candidates.map(({ calls }) => calls))
  const most = Math.max(1, budget, end)
  const x = (calls: number): number => round(size.left + (calls / most) * (size.width - size.left - size.right))
  const y = (score: number): number => round(size.top + (1 - score) * (size.height - size.top - size.bottom))
  const best = candidates.reduce((greatest, { score }) => Math.max(greatest, score), 0)
  const quarters = [0, 0.25, 0.5, 0.75, 1]
  return drawing(
    'svg',
    {
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'img',
      'aria-label': `Scores of ${candidates.length} candidates over calls, the best ${percent(best)}`,
    },
    ...quarters.flatMap(part => [
      drawing('line', { class: 'grid', x1: size.left, x2: size.width - size.right, y1: y(part), y2: y(part) }),
      tick(size.left - 8, y(part) + 4, 'end', `${100 * part} %`),
      tick(x(part * most), size.height - size.bottom + 18, 'middle', String(Math.round(part * most))),
    ]),
    tick((size.left + size.width - size.right) / 2, size.height - 4, 'middle', 'model calls'),
    drawing('path', { class: 'best', d: stepPath(bestOverCalls(candidates), end, x, y) }),
    ...candidates.map(candidate => point(candidate, x(candidate.calls), y)),
  )
}

const point = (
  { label, score, low, high, calls }: CandidateRow,
  x: number,
  y: (score: number) => number,
): SVGGElement =>
  drawing(
    'g',
    {},
    drawing('title', {}, `${label}: ${percent(score)} after ${calls} calls`),
    drawing('line', { class: 'interval', x1: x, x2: x, y1: y(low), y2: y(high) }),
    drawing('circle', { cx: x, cy: y(score), r: 4.5 }),
  )

const tick = (x: number, y: number, anchor: string, text: string): SVGTextElement =>
  drawing('text', { class: 'tick', x, y, 'text-anchor': anchor }, text)

const round = (value: number): number => Math.round(value * 10) / 10
