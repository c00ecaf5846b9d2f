/**
 * How many of `trials` succeed where `successes` of as many did before: the numbers below and above which lie at most
 * `tail` of the chances. They are what resampling right and wrong answers comes to with ever more samples.
 *
 * @param tail a share of the chances, above 0 and below 0.5
 */
export const binomialQuantiles = (
  trials: number,
  successes: number,
  tail: number,
): { readonly low: number; readonly high: number } => {
  const odds = successes / (trials - successes)
  // From the likeliest number outwards, so that no chance is too small to be held.
  const weights = new Float64Array(trials + 1)
  weights[successes] = 1
  for (let count = successes; count < trials; count += 1) {
    weights[count + 1] = ((weights[count] ?? 0) * (trials - count) * odds) / (count + 1)
  }
  for (let count = successes; count > 0; count -= 1) {
    weights[count - 1] = ((weights[count] ?? 0) * count) / ((trials - count + 1) * odds)
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const reach = (share: number): number => {
    let sum = 0
    for (let count = 0; count <= trials; count += 1) {
      sum += weights[count] ?? 0
      if (sum > share * total) return count
    }
    return trials
  }
  return { low: reach(tail), high: reach(1 - tail) }
}
