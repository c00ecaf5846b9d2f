import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { pairedEProcess } from '../../src/evaluation/paired-e-process.ts'
import { type PairedTest, pairedSprt } from '../../src/evaluation/paired-sprt.ts'

/** Pairs of right and wrong, of which `discordant` differ and the second is right more often by `difference`. */
const pairsOf = (difference: number, discordant: number, seed: number) => {
  const random = seededRandom(seed)
  return (): readonly [number, number] => {
    const drawn = random.random()
    if (drawn < (discordant + difference) / 2) return [0, 1]
    return drawn < discordant ? [1, 0] : [1, 1]
  }
}

/** Runs a test until it knows, or `most` pairs are seen. */
const runTest = (sequential: PairedTest, next: () => readonly [number, number], most = 20_000): PairedTest => {
  while (sequential.verdict === 'open' && sequential.n < most) sequential.add(...next())
  return sequential
}

const many = (runs: number, make: () => PairedTest, difference: number, discordant: number, most?: number) => {
  const tests = Array.from({ length: runs }, (_, seed) =>
    runTest(make(), pairsOf(difference, discordant, seed + 1), most),
  )
  const share = (verdict: string): number => tests.filter(one => one.verdict === verdict).length / runs
  return { ...{ second: share('second'), first: share('first'), neither: share('neither') }, pairs: mean(tests) }
}

const mean = (tests: readonly PairedTest[]): number => tests.reduce((sum, { n }) => sum + n, 0) / tests.length

const sprt = (difference: number) => () => pairedSprt({ difference, discordant: 0.28 })

describe('pairedSprt', () => {
  test('sees a difference where there is none in 5 % of runs at most', () => {
    const { second, first, neither } = many(2_000, sprt(0.1), 0, 0.28)
    expect(second + first).toBeLessThanOrEqual(0.05)
    expect(second + first + neither).toBe(1)
  })

  // What it takes where two programs are right alike on most examples (correlation .35).
  test.each([
    [0.05, 740, 1_064],
    [0.1, 180, 259],
    [0.2, 48, 64],
  ])(
    'finds a difference of %d in nine of ten runs with some %i pairs, fewer than the %i of a fixed number',
    (difference, expected, fixed) => {
      const { second, first, pairs } = many(400, sprt(difference), difference, 0.28)
      expect(second).toBeGreaterThanOrEqual(0.9)
      expect(first).toBeLessThanOrEqual(0.01)
      expect(pairs).toBeLessThan(expected * 1.15)
      expect(pairs).toBeLessThan(fixed)
    },
  )

  test('to the other side it finds the first', () => {
    expect(many(200, sprt(0.2), -0.2, 0.28).first).toBeGreaterThanOrEqual(0.9)
  })

  test('pairs that are alike say nothing, and a verdict stands', () => {
    const sequential = pairedSprt({ difference: 0.1, discordant: 0.2 })
    for (let pair = 0; pair < 100; pair += 1) sequential.add(0.5, 0.5)
    expect(sequential).toMatchObject({ verdict: 'open', n: 100, wins: 0, losses: 0 })
    while (sequential.add(0.2, 0.3) === 'open');
    const { n } = sequential
    expect(sequential.add(1, 0)).toBe('second')
    expect(sequential.n).toBe(n)
  })

  test.each([
    { difference: 0, discordant: 0.2 },
    { difference: 0.3, discordant: 0.2 },
    { difference: 0.1, discordant: 1.2 },
    { difference: 0.1, discordant: 0.2, alpha: 0 },
    { difference: 0.1, discordant: 0.2, beta: 1 },
  ])('refuses %o', options => {
    expect(() => pairedSprt(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
  })
})

describe('pairedEProcess', () => {
  test('sees a difference where there is none in 5 % of runs at most, however long one looks', () => {
    const { second, first } = many(600, pairedEProcess, 0, 0.28, 5_000)
    expect(second + first).toBeLessThanOrEqual(0.05)
  })

  test.each([
    [0.05, 989],
    [0.1, 237],
    [0.2, 68],
  ])('finds a difference of %d that nobody told it with some %i pairs', (difference, expected) => {
    const { second, pairs } = many(300, pairedEProcess, difference, 0.28)
    expect(second).toBeGreaterThanOrEqual(0.95)
    expect(pairs).toBeLessThan(expected * 1.15)
  })

  test.each([0, 1, Number.NaN])('refuses an alpha of %d', alpha => {
    expect(() => pairedEProcess({ alpha })).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
  })
})
