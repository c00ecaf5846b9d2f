import { mersenneTwister } from './mersenne-twister.ts'
import type { Random } from './random.ts'

/** A `Random` that also gives raw bits, as CPython's `getrandbits`. */
export interface SeededRandom extends Random {
  /** An integer of `count` random bits, 1 to 53. */
  bits(count: number): number
}

/**
 * The dice of a run: CPython's `random.Random(seed)`, number for number, so that demos are drawn as Python DSPy draws
 * them and a seed means the same on every platform.
 *
 * `random`, `integer` (`randint`), `choice`, `sample`, `shuffle` and `bits` (`getrandbits`) consume the generator exactly
 * as CPython 3.11 does. As there, a seed and its negative give the same sequence.
 *
 * @throws RangeError when the seed is not a safe integer
 * @see https://docs.python.org/3/library/random.html
 * @example
 * seededRandom(42).sample(['a', 'b', 'c', 'd'], 2) // ['a', 'd'], everywhere
 */
export const seededRandom = (seed: number): SeededRandom => {
  const key = seedWords(seed)
  return randomOf(() => key)
}

/**
 * A stream of its own for each label of one seed: what one part of a run draws never shifts what another draws.
 *
 * @example
 * const shuffling = derive(seed, 'shuffle')
 * const resampling = derive(seed, 'interval')
 */
export const derive = (seed: number, label: string): SeededRandom => {
  const words = seedWords(seed)
  return randomOf(() => {
    const units = Array.from({ length: label.length }, (_, index) => label.charCodeAt(index))
    // The sign is kept apart and the length ends the key, so that no two (seed, label) pairs share one.
    return [...words, seed < 0 ? 1 : 0, ...units, units.length]
  })
}

const seedWords = (seed: number): number[] => {
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`Expected a whole number as the seed, got ${seed}. Write 0 or 42.`)
  const magnitude = Math.abs(seed)
  const high = Math.floor(magnitude / 2 ** 32)
  return high === 0 ? [magnitude] : [magnitude % 2 ** 32, high]
}

/** Most dice are handed to programs that never draw, and to set them up costs more than to run one: it waits for a draw. */
const randomOf = (keyOf: () => readonly number[]): SeededRandom => {
  let drawing: (() => number) | undefined
  const word = (): number => {
    drawing ??= mersenneTwister(keyOf())
    return drawing()
  }

  const bits = (count: number): number => {
    if (!(count >= 1 && count <= 53)) throw new RangeError(`Expected 1 to 53 bits, got ${count}.`)
    if (count <= 32) return word() >>> (32 - count)
    const low = word()
    return (word() >>> (64 - count)) * 2 ** 32 + low
  }

  /** An integer in [0, limit): draws as many bits as `limit` has, and again while they are too large. */
  const below = (limit: number): number => {
    if (limit < 2 ** 32) {
      const shift = Math.clz32(limit)
      let drawn = word() >>> shift
      while (drawn >= limit) drawn = word() >>> shift
      return drawn
    }
    const width = bitLength(limit)
    let drawn = bits(width)
    while (drawn >= limit) drawn = bits(width)
    return drawn
  }

  return {
    bits,
    random() {
      const high = word() >>> 5
      return (high * 2 ** 26 + (word() >>> 6)) / 2 ** 53
    },
    integer(low, high) {
      if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high)) {
        throw new RangeError(`Expected whole numbers low <= high, got ${low} and ${high}.`)
      }
      return low + below(high - low + 1)
    },
    choice(items) {
      if (items.length === 0) throw new RangeError('Expected at least one item to choose from.')
      return at(items, below(items.length))
    },
    sample(items, count) {
      if (!(Number.isSafeInteger(count) && count >= 0 && count <= items.length)) {
        throw new RangeError(`Expected a count from 0 to ${items.length}, got ${count}.`)
      }
      return items.length <= poolLimit(count) ? sampleByPool(items, count, below) : sampleByTrial(items, count, below)
    },
    shuffle(items) {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = below(last + 1)
        const kept = at(shuffled, last)
        shuffled[last] = at(shuffled, other)
        shuffled[other] = kept
      }
      return shuffled
    },
  }
}

/** Up to this population CPython samples by taking from a shrinking pool, above it by drawing again what it already has. */
const poolLimit = (count: number): number => {
  if (count <= 5) return 21
  let tableSize = 1
  while (tableSize < count * 3) tableSize *= 4
  return 21 + tableSize
}

const sampleByPool = <T>(items: readonly T[], count: number, below: (limit: number) => number): T[] => {
  const pool = [...items]
  return Array.from({ length: count }, (_, taken) => {
    const index = below(pool.length - taken)
    const chosen = at(pool, index)
    pool[index] = at(pool, pool.length - taken - 1)
    return chosen
  })
}

const sampleByTrial = <T>(items: readonly T[], count: number, below: (limit: number) => number): T[] => {
  const taken = new Set<number>()
  while (taken.size < count) taken.add(below(items.length)) // a set ignores what it has, and keeps the order of drawing
  return Array.from(taken, index => at(items, index))
}

const bitLength = (value: number): number => {
  let width = 0
  for (let rest = value; rest >= 1; rest = Math.floor(rest / 2)) width += 1
  return width
}

/** The element at an index that is known to exist. */
const at = <T>(items: readonly T[], index: number): T => items[index] as T
