/** What a candidate reaches, and what each call of it costs. */
export interface FrontPoint {
  /** The candidate, by index. */
  readonly candidate: number
  readonly label: string
  readonly score: number
  readonly low: number
  readonly high: number
  /** Estimated input tokens of one call of the program: `promptTokens`. */
  readonly promptTokens: number
}

/**
 * The points that no other point beats in score without costing more, from the cheapest to the best. Of equal points the
 * first counts.
 *
 * @example
 * scoreCostFront([dear, cheap, useless]) // [cheap, dear]
 */
export const scoreCostFront = (points: readonly FrontPoint[]): readonly FrontPoint[] => {
  const front: FrontPoint[] = []
  const byCost = points.toSorted(
    (a, b) => a.promptTokens - b.promptTokens || b.score - a.score || a.candidate - b.candidate,
  )
  for (const point of byCost) {
    const best = front.at(-1)
    if (best === undefined || point.score > best.score) front.push(point)
  }
  return front
}
