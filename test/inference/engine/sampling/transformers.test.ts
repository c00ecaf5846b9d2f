import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../src/data/seeded-random.ts'
import { tokenDraw } from '../../../../src/inference/engine/sampling/token-draw.ts'
import type { TokenSampling } from '../../../../src/inference/generation.ts'
import recorded from '../../../vectors/sampling/draws.json' with { type: 'json' }

type Case = (typeof recorded.cases)[number]

/** What a draw leaves of the logits, as probabilities: those are what its dice follow. */
const sharesOf = ({ logits, prompt, ...told }: Case): Map<number, number> => {
  const row = Float32Array.from(logits, logit => logit ?? Number.NEGATIVE_INFINITY)
  const sampling: TokenSampling = { frequencyPenalty: 0, presencePenalty: 0, random: seededRandom(1), ...told }
  tokenDraw(sampling, prompt, undefined).draw(row, undefined)
  const most = Math.max(...row)
  const weights = Array.from(row, logit => Math.exp((logit - most) / told.temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return new Map(weights.map((weight, token) => [token, weight / total] as const).filter(([, share]) => share > 0))
}

/** What transformers leaves, in the order of the processors in generate(). */
const expectedOf = ({ shares }: Case): Map<number, number> =>
  new Map(Object.entries(shares).map(([token, share]) => [Number(token), share ?? 0]))

/** Whether the edge of the nucleus falls among equals: transformers keeps those that its sort put last, a draw keeps all. */
const isAmongEquals = (shares: Map<number, number>, expected: Map<number, number>): boolean => {
  const least = Math.min(...expected.values())
  const largest = Math.max(...shares.values())
  const more = [...shares].filter(([token]) => !expected.has(token))
  const edge = Math.min(...[...expected.keys()].map(token => shares.get(token) ?? 0))
  return more.length > 0 && more.every(([, share]) => Math.abs(share - edge) < 1e-9) && least > 0 && largest > 0
}

describe(`what is drawn from, beside ${recorded.source}`, () => {
  const compared = recorded.cases.map(one => ({ one, shares: sharesOf(one), expected: expectedOf(one) }))
  const differing = compared.filter(({ shares, expected }) => isAmongEquals(shares, expected))
  const same = compared.filter(one => !differing.includes(one))

  test('is the same tokens with the same probabilities', () => {
    for (const { one, shares, expected } of same) {
      expect([one, [...shares.keys()]]).toEqual([one, [...expected.keys()]])
      for (const [token, share] of expected) expect(Math.abs((shares.get(token) ?? 0) - share)).toBeLessThan(1e-5)
    }
    expect(same.length).toBeGreaterThan(280)
  })

  test('keeps all equals on the edge of the nucleus, where transformers keeps those that its sort put last', () => {
    expect(differing.length).toBeGreaterThan(0)
    for (const { one, shares, expected } of differing) {
      expect(['ties', 'flat']).toContain(one.kind)
      expect(one.topP).toBeLessThan(1)
      for (const token of expected.keys()) expect(shares.has(token)).toBe(true)
    }
  })
})
