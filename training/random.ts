/** A small seeded generator for the corpus: mulberry32, with the few draws the generators need. */
export interface Dice {
  next(): number
  below(limit: number): number
  pick<T>(items: readonly T[]): T
  some<T>(items: readonly T[], count: number): T[]
  chance(probability: number): boolean
  weighted<T>(choices: readonly (readonly [T, number])[]): T
}

export const dice = (seed: number): Dice => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError('nothing to pick from')
    return items[below(items.length)] as T
  }
  return {
    next,
    below,
    pick,
    some(items, count) {
      const pool = [...items]
      return Array.from({ length: Math.min(count, pool.length) }, () => pool.splice(below(pool.length), 1)[0]).filter(
        item => item !== undefined,
      )
    },
    chance: probability => next() < probability,
    weighted(choices) {
      let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of choices) {
        left -= weight
        if (left < 0) return value
      }
      return pick(choices)[0]
    },
  }
}
