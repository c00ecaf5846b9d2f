/** The harmonic mean of two shares, each first brought into [0, 1]; 0 where both are 0. */
export const harmonicMean = (first: number, second: number): number => {
  const [a, b] = [share(first), share(second)]
  return a + b === 0 ? 0 : (2 * (a * b)) / (a + b)
}

/** A number brought into [0, 1], for models answer 1.2 or 95. */
export const share = (value: number): number => Math.max(0, Math.min(1, value))
