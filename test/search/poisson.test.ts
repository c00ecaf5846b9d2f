import { describe, expect, test } from 'vitest'
import { derive } from '../../src/data/seeded-random.ts'
import { poisson } from '../../src/search/poisson.ts'

describe('poisson', () => {
  test.each([0.25, 1, 4])('has the mean %d and as much variance', mean => {
    const random = derive(1, `mean ${mean}`)
    const draws = Array.from({ length: 20_000 }, () => poisson(random, mean))
    const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
    const variance = draws.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / draws.length
    expect(Math.abs(average - mean)).toBeLessThan(0.05 * Math.sqrt(mean) + 0.01)
    expect(Math.abs(variance - mean)).toBeLessThan(0.06 * mean + 0.02)
  })

  test('is 0 with the probability e to the power of minus the mean', () => {
    const random = derive(2, 'zeros')
    const zeros = Array.from({ length: 20_000 }, () => poisson(random, 1)).filter(draw => draw === 0).length
    expect(zeros / 20_000).toBeCloseTo(Math.exp(-1), 1.5)
  })

  test('of nothing is nothing, and of very much is the mean', () => {
    expect(poisson(derive(1, 'none'), 0)).toBe(0)
    expect(poisson(derive(1, 'many'), 1_000)).toBe(1_000)
  })
})
