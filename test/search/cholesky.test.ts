import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { cholesky } from '../../src/search/cholesky.ts'

/** M Mᵀ + 1, which is positive definite, of random M. */
const definite = (size: number, seed: number): Float64Array => {
  const random = seededRandom(seed)
  const from = Array.from({ length: size * size }, () => random.random() - 0.5)
  return Float64Array.from({ length: size * size }, (_, place) => {
    const [row, column] = [Math.floor(place / size), place % size]
    let sum = row === column ? 1 : 0
    for (let inner = 0; inner < size; inner += 1)
      sum += (from[row * size + inner] ?? 0) * (from[column * size + inner] ?? 0)
    return sum
  })
}

const times = (matrix: Float64Array, x: Float64Array): number[] =>
  Array.from(x, (_, row) => x.reduce((sum, value, column) => sum + (matrix[row * x.length + column] ?? 0) * value, 0))

describe('cholesky', () => {
  test.each([1, 2, 7, 40])('solves systems of %i equations', size => {
    const matrix = definite(size, size)
    const random = seededRandom(99)
    const b = Float64Array.from({ length: size }, (_, row) => (row < size / 3 ? 0 : random.random() - 0.5))
    const factor = cholesky(matrix, size)
    const x = factor.solve(b)
    for (const [row, value] of times(matrix, x).entries()) expect(value).toBeCloseTo(b[row] ?? 0, 10)
    expect(factor.quadratic(b)).toBeCloseTo(
      b.reduce((sum, value, row) => sum + value * (x[row] ?? 0), 0),
      10,
    )
    // Lᵀ z = b makes zᵀ A z = bᵀ b.
    const z = factor.solveTransposed(b)
    const norm = times(matrix, z).reduce((sum, value, row) => sum + value * (z[row] ?? 0), 0)
    expect(norm).toBeCloseTo(
      b.reduce((sum, value) => sum + value * value, 0),
      10,
    )
  })

  test('a direction of nothing weighs nothing', () => {
    expect(cholesky(definite(3, 1), 3).quadratic(new Float64Array(3))).toBe(0)
  })

  test('refuses what is not positive definite', () => {
    expect(() => cholesky(Float64Array.of(1, 0, 2, 1), 2)).toThrow(RangeError)
  })
})
