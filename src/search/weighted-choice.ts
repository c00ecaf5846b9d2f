import type { Random } from '../data/random.ts'

/**
 * Draws one item, more often the larger its weight; every item alike where no weight is above 0.
 *
 * @param items at least one
 */
export const weightedChoice = <Item>(
  random: Random,
  items: readonly Item[],
  weightOf: (item: Item) => number,
): Item => {
  const weights = items.map(item => Math.max(0, weightOf(item)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0)) return random.choice(items)
  let left = random.random() * total
  for (const [place, item] of items.entries()) {
    left -= weights[place] ?? 0
    if (left < 0) return item
  }
  return items.findLast((_, place) => (weights[place] ?? 0) > 0) ?? random.choice(items)
}
