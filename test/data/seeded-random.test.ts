import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derive, seededRandom } from '../../src/data/seeded-random.ts'

const drawFive = (random: { random(): number }) => Array.from({ length: 5 }, () => random.random())

describe('seededRandom', () => {
  test('repeats its sequence for one seed', () => {
    expect(drawFive(seededRandom(7))).toEqual(drawFive(seededRandom(7)))
  })

  test('gives a seed and its negative the same sequence, as CPython does', () => {
    expect(drawFive(seededRandom(-7))).toEqual(drawFive(seededRandom(7)))
  })

  test('uses more than 32 bits of a seed and of an answer, as CPython does', () => {
    expect(seededRandom(2 ** 40 + 7).bits(53)).toBe(6731298720428250)
    expect(seededRandom(2 ** 40 + 7).bits(40)).toBe(822974591194)
  })

  test('samples different elements and leaves the list alone', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (seed, a, b) => {
        const items = Array.from({ length: Math.max(a, b) }, (_, index) => index)
        const drawn = seededRandom(seed).sample(items, Math.min(a, b))
        expect(new Set(drawn).size).toBe(Math.min(a, b))
        expect(items.every((item, index) => item === index)).toBe(true)
      }),
    )
  })

  test('shuffles into a permutation', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
        expect(seededRandom(seed).shuffle(items).toSorted()).toEqual(items.toSorted())
      }),
    )
  })

  test('keeps integers inside their limits', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.nat(), (seed, low, width) => {
        const drawn = seededRandom(seed).integer(low, low + width)
        expect(drawn).toBeGreaterThanOrEqual(low)
        expect(drawn).toBeLessThanOrEqual(low + width)
      }),
    )
  })

  test('refuses what it cannot do with a RangeError', () => {
    const random = seededRandom(1)
    expect(() => seededRandom(0.5)).toThrow(RangeError)
    expect(() => random.choice([])).toThrow(RangeError)
    expect(() => random.sample([1], 2)).toThrow(RangeError)
    expect(() => random.integer(2, 1)).toThrow(RangeError)
    expect(() => random.bits(54)).toThrow(RangeError)
  })
})

describe('derive', () => {
  test('gives every label and seed a stream of its own', () => {
    const streams = [derive(1, 'a'), derive(1, 'b'), derive(2, 'a'), derive(-1, 'a'), derive(1, 'ab'), seededRandom(1)]
    expect(new Set(streams.map(stream => stream.random())).size).toBe(streams.length)
  })

  test('repeats the stream of a label', () => {
    expect(drawFive(derive(3, 'shuffle'))).toEqual(drawFive(derive(3, 'shuffle')))
  })
})
