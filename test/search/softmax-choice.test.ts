import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { softmaxChoice } from '../../src/search/softmax-choice.ts'

const identity = (score: number): number => score

describe('softmaxChoice', () => {
  test('draws in proportion to e to the power of score / temperature', () => {
    const random = seededRandom(3)
    const scores = [0, 0.5, 0.9]
    const temperature = 0.4
    const drawn = new Map<number, number>()
    const draws = 20_000
    for (let draw = 0; draw < draws; draw += 1) {
      const score = softmaxChoice(random, scores, identity, temperature)
      drawn.set(score, (drawn.get(score) ?? 0) + 1)
    }
    const weights = scores.map(score => Math.exp(score / temperature))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    for (const [index, score] of scores.entries()) {
      expect((drawn.get(score) ?? 0) / draws).toBeCloseTo((weights[index] ?? 0) / sum, 1)
    }
  })

  test('draws as CPython 3.11 does: random.Random(7).choices("abc", weights=[e^(s/0.2) for s in (0, 0.3, 0.5)])', () => {
    const random = seededRandom(7)
    const scores = new Map([
      ['a', 0],
      ['b', 0.3],
      ['c', 0.5],
    ])
    const drawn = Array.from({ length: 20 }, () =>
      softmaxChoice(random, [...scores.keys()], name => scores.get(name) ?? 0, 0.2),
    )
    expect(drawn.join('')).toBe('cbcbccbcacbbccbbcccc')
  })

  test('holds scores of any scale', () => {
    expect(softmaxChoice(seededRandom(1), [1e6, 0], identity, 0.2)).toBe(1e6)
  })

  test.each([0, -1, Number.NaN])('refuses the temperature %d', temperature => {
    expect(() => softmaxChoice(seededRandom(1), [1], identity, temperature)).toThrow(RangeError)
  })

  test('refuses to draw from nothing', () => {
    expect(() => softmaxChoice(seededRandom(1), [], identity, 1)).toThrow(RangeError)
  })
})
