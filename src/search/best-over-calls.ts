/** From so many calls on the best was worth so much. */
export interface BestPoint {
  readonly calls: number
  readonly score: number
}

/** How the best score grew: a point for each candidate that was better than all before it. */
export const bestOverCalls = (candidates: readonly BestPoint[]): readonly BestPoint[] => {
  const points: BestPoint[] = []
  for (const { calls, score } of candidates.toSorted((a, b) => a.calls - b.calls)) {
    const best = points.at(-1)
    if (best !== undefined && score <= best.score) continue
    if (best?.calls === calls) points.pop()
    points.push({ calls, score })
  }
  return points
}

/** The best score as the path of an SVG, in steps up to `end` calls; empty without points. */
export const stepPath = (
  points: readonly BestPoint[],
  end: number,
  x: (calls: number) => number,
  y: (score: number) => number,
): string => {
  const [first, ...rest] = points
  if (first === undefined) return ''
  const steps = rest.map(({ calls, score }) => `H${x(calls)}V${y(score)}`)
  return `M${x(first.calls)} ${y(first.score)}${steps.join('')}H${x(Math.max(end, first.calls))}`
}
