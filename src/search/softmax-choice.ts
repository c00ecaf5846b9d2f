import type { Random } from '../data/random.ts'

/**
 * Draws one of several by what they are worth: with a probability in proportion to e to the power of score / temperature. The
 * lower the temperature, the more often the best.
 *
 * Draws as CPython's `random.choices` with such weights does: one number, against the sums of the weights.
 *
 * @throws RangeError for nothing to draw from, or a temperature that is not above 0
 */
export const softmaxChoice = <T>(
  random: Random,
  items: readonly T[],
  scoreOf: (item: T) => number,
  temperature: number,
): T => {
  const [first] = items
  if (first === undefined) throw new RangeError('Expected at least one item to draw from.')
  if (!(temperature > 0)) throw new RangeError(`Expected a temperature above 0, got ${temperature}.`)
  const scores = items.map(scoreOf)
  const highest = Math.max(...scores)
  // Less than the highest, so that no power is too large for a number; the proportions stay.
  const weights = scores.map(score => Math.exp((score - highest) / temperature))
  const drawn = random.random() * weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  for (const [index, weight] of weights.entries()) {
    sum += weight
    const item = items[index]
    if (drawn < sum && item !== undefined) return item
  }
  return items.at(-1) ?? first
}
