import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../src/data/seeded-random.ts'
import { tokenDraw } from '../../../../src/inference/engine/sampling/token-draw.ts'
import type { TokenSampling } from '../../../../src/inference/generation.ts'
import { greedy } from '../asked-plainly.ts'

const sampled = (told: Partial<TokenSampling>): TokenSampling => ({ ...greedy, temperature: 1, ...told })

const drawn = (logits: readonly number[], told: Partial<TokenSampling>, prompt: readonly number[] = []): number =>
  tokenDraw(sampled({ random: seededRandom(1), ...told }), prompt, undefined).draw(Float32Array.from(logits), undefined)
    .token

/** How often each token comes in so many draws. */
const shares = (logits: readonly number[], told: Partial<TokenSampling>, draws = 4000): number[] => {
  const { draw } = tokenDraw(sampled({ random: seededRandom(3), ...told }), [], undefined)
  const counts = logits.map(() => 0)
  for (let count = 0; count < draws; count += 1) {
    const { token } = draw(Float32Array.from(logits), undefined)
    counts[token] = (counts[token] ?? 0) + 1 / draws
  }
  return counts
}

const softmax = (logits: readonly number[], temperature = 1): number[] => {
  const weights = logits.map(logit => Math.exp(logit / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}

const logits = [2, 1, 0.5, 0, -1, -3]

describe('a draw', () => {
  test('takes the first of the likeliest at temperature 0', () => {
    expect(drawn([0, 3, 3, 1], { temperature: 0 })).toBe(1)
  })

  test.each([0.5, 1, 1.5])('follows the probabilities at temperature %s', temperature => {
    const expected = softmax(logits, temperature)
    for (const [token, share] of shares(logits, { temperature }).entries()) {
      expect(Math.abs(share - (expected[token] ?? 0))).toBeLessThan(0.03)
    }
  })

  test('throws the dice for every token, with the noise of the whole row', () => {
    const plain = (row: readonly number[], temperature: number, seed: number): number => {
      const random = seededRandom(seed)
      const noisy = Float32Array.from(row, logit => logit / temperature - Math.log(-Math.log(random.random())))
      return noisy.indexOf(Math.max(...noisy))
    }
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.05, max: 3, noNaN: true }),
        fc.nat(),
        (row, temperature, seed) => {
          expect(drawn(row, { temperature, random: seededRandom(seed) })).toBe(plain(row, temperature, seed))
        },
      ),
    )
  })

  test('follows the probabilities in large vocabularies, where the dice are hashed', () => {
    const size = 40_000
    const likely = [3, 17, 20_000, size - 1]
    const weights = [0.5, 0.25, 0.15, 0.1]
    const row = new Float32Array(size).fill(Number.NEGATIVE_INFINITY)
    for (const [index, token] of likely.entries()) row[token] = Math.log(weights[index] ?? 0)
    const { draw } = tokenDraw(sampled({ random: seededRandom(5) }), [], undefined)
    const draws = Array.from({ length: 2000 }, () => draw(row.slice(), undefined).token)
    for (const [index, token] of likely.entries()) {
      expect(Math.abs(draws.filter(one => one === token).length / 2000 - (weights[index] ?? 0))).toBeLessThan(0.04)
    }
    const { draw: flat } = tokenDraw(sampled({ random: seededRandom(6) }), [], undefined)
    const halves = Array.from({ length: 200 }, () => flat(new Float32Array(size), undefined).token)
    const mean = halves.reduce((sum, token) => sum + token / size, 0) / halves.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.08)
    expect(new Set(halves).size).toBeGreaterThan(190)
  })

  test.each([100, 40_000])('does not depend on who fell away, in a vocabulary of %s', size => {
    const dice = seededRandom(2)
    const row = Float32Array.from({ length: size }, () => 3 * dice.random())
    const pick = (logits: Float32Array): number =>
      tokenDraw(sampled({ random: seededRandom(4) }), [], undefined).draw(logits, undefined).token
    const token = pick(row.slice())
    expect(pick(row.map((logit, other) => (other % 3 === token % 3 ? logit : Number.NEGATIVE_INFINITY)))).toBe(token)
  })

  test.each([
    ['topK', { topK: 2 }, [0, 1]],
    ['topP', { topP: 0.8 }, [0, 1, 2]],
    ['minP', { minP: 0.3 }, [0, 1]],
    ['topK, then topP of what is left', { topK: 3, topP: 0.75 }, [0, 1]],
    ['nothing', {}, [0, 1, 2, 3, 4, 5]],
  ] as const)('keeps by %s what it is told to keep', (_, told, kept) => {
    const found = shares(logits, told).flatMap((share, token) => (share > 0 ? [token] : []))
    expect(found).toEqual(kept)
  })

  test('keeps the smallest set that holds topP, as sorting the whole would', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 2, maxLength: 40 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (row, topP) => {
          const order = [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0))
          const all = softmax(row)
          let held = 0
          const kept = order.filter(token => {
            const isIn = held < topP + 1e-9 // on the edge the order of a sum may decide
            held += all[token] ?? 0
            return isIn
          })
          const found = shares(row, { topP, temperature: 1 }, 40).flatMap((share, token) => (share > 0 ? [token] : []))
          expect(found.filter(token => !kept.includes(token))).toEqual([])
        },
      ),
    )
  })

  test('makes what was said less likely', () => {
    expect(drawn([2, 1.9, -1], { temperature: 0, repetitionPenalty: 1.2 }, [0])).toBe(1)
    expect(drawn([-2, -2.1], { temperature: 0, repetitionPenalty: 1.2 }, [0])).toBe(1)
    const { draw } = tokenDraw({ ...greedy, frequencyPenalty: 0.5, presencePenalty: 0.25 }, [0, 0, 0], undefined)
    const said = Array.from({ length: 5 }, () => draw(Float32Array.from([2, 1.5, 0.2]), undefined).token)
    expect(said).toEqual([0, 1, 0, 0, 1]) // the fourth time 0.75 for both
  })

  test.each([1e-4, 1e-9, 1e-38, 1e-45, 5e-324])(
    'takes the likeliest at temperature %s, whatever the logits',
    temperature => {
      for (const row of [
        [1, 3, 2],
        [-30, -20.001, -20],
        [0, 0, 0.01],
        [200, 199.99, -200],
      ]) {
        const likeliest = row.indexOf(Math.max(...row))
        for (let seed = 0; seed < 20; seed += 1) {
          expect(drawn(row, { temperature, random: seededRandom(seed) })).toBe(likeliest)
          expect(drawn(row, { temperature, topP: 0.9, minP: 0.1, random: seededRandom(seed) })).toBe(likeliest)
        }
      }
      const equals = new Set(
        Array.from({ length: 40 }, (_, seed) => drawn([2, 1, 2], { temperature, random: seededRandom(seed) })),
      )
      expect(equals).toEqual(new Set([0, 2]))
    },
  )

  test.each([1e30, Number.MAX_VALUE, Number.POSITIVE_INFINITY])(
    'takes any allowed token at temperature %s',
    temperature => {
      const row = [40, -40, Number.NEGATIVE_INFINITY, 3]
      const seen = new Set(
        Array.from({ length: 60 }, (_, seed) => drawn(row, { temperature, random: seededRandom(seed) })),
      )
      expect(seen).toEqual(new Set([0, 1, 3]))
    },
  )

  test.each([{ topP: 0 }, { topP: 1e-12 }, { topK: 1 }, { minP: 1 }, { minP: 7 }])(
    'keeps the likeliest with %j',
    told => {
      expect(shares(logits, told, 50).flatMap((share, token) => (share > 0 ? [token] : []))).toEqual([0])
    },
  )

  test('counts what a grammar forced', () => {
    const { draw, add } = tokenDraw({ ...greedy, presencePenalty: 2, repetitionPenalty: 1 }, [], undefined)
    add(0)
    expect(draw(Float32Array.from([2, 1.5, 0]), undefined).token).toBe(1)
    const { draw: other, add: said } = tokenDraw({ ...greedy, repetitionPenalty: 2 }, [], undefined)
    said(0)
    expect(other(Float32Array.from([2, 1.5, 0]), undefined).token).toBe(1)
  })

  test('refuses logits that are no numbers', () => {
    for (const temperature of [0, 1]) {
      expect(() => drawn([Number.NaN, Number.NaN], { temperature })).toThrow('no numbers')
    }
  })
})

describe('log-probabilities', () => {
  test('are those of the network, before penalties and temperature', () => {
    const { draw } = tokenDraw({ ...greedy, repetitionPenalty: 5 }, [0], 3)
    const { token, logprobs } = draw(Float32Array.from(logits), undefined)
    const expected = softmax(logits).map(Math.log)
    expect(token).toBe(1)
    expect(logprobs?.logprob).toBeCloseTo(expected[1] ?? 0, 5)
    expect(logprobs?.top.map(one => one.token)).toEqual([0, 1, 2])
    for (const one of logprobs?.top ?? []) expect(one.logprob).toBeCloseTo(expected[one.token] ?? 0, 5)
  })

  test('tell the likeliest as sorting the whole would, equal ones by number', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 50 }),
        fc.nat(20),
        (row, count) => {
          const { logprobs } = tokenDraw(greedy, [], count).draw(Float32Array.from(row), undefined)
          const order = [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b)
          expect(logprobs?.top.map(({ token }) => token)).toEqual(order.slice(0, count))
        },
      ),
    )
  })
})
