import { type BestPoint, bestOverCalls } from '../../src/optimizers/index.ts'

const levels = { blocks: '▁▂▃▄▅▆▇█', ascii: '_.-~=+*#' } as const

/**
 * How the best score grew, as a few characters: each for an equal share of the calls, from the lowest best score to the
 * highest. Empty before there is something to compare.
 */
export const sparkline = (
  candidates: readonly BestPoint[],
  { width, unicode }: { readonly width: number; readonly unicode: boolean },
): string => {
  const points = bestOverCalls(candidates)
  const [first, last] = [points[0], points.at(-1)]
  const end = Math.max(...candidates.map(({ calls }) => calls))
  if (first === undefined || last === undefined || first === last || end <= first.calls) return ''
  const glyphs = unicode ? levels.blocks : levels.ascii
  return Array.from({ length: width }, (_, cell) => {
    const calls = first.calls + ((cell + 1) / width) * (end - first.calls)
    const { score } = points.findLast(point => point.calls <= calls) ?? first
    const level = Math.round(((score - first.score) / (last.score - first.score)) * (glyphs.length - 1))
    return glyphs[level] ?? ''
  }).join('')
}
