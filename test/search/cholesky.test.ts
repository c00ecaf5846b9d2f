import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cholesky } from '../../src/search/cholesky.ts'

/** A symmetric positive definite matrix as BᵀB + I, and a vector. */
const systems = fc.integer({ min: 1, max: 6 }).chain(size =>
  fc.record({
    size: fc.constant(size),
    factor: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: size * size, maxLength: size * size }),
    vector: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: size, maxLength: size }),
  }),
)

const times = (matrix: Float64Array, size: number, vector: Float64Array): number[] =>
  Array.from({ length: size }, (_, row) =>
    vector.reduce((sum, value, column) => sum + (matrix[row * size + column] ?? 0) * value, 0),
  )

describe('cholesky', () => {
  test('solves, multiplies by its triangles, and both agree with the matrix', () => {
    fc.assert(
      fc.property(systems, ({ size, factor, vector }) => {
        const matrix = new Float64Array(size * size)
        for (let row = 0; row < size; row += 1) {
          for (let column = 0; column < size; column += 1) {
            let sum = row === column ? 1 : 0
            for (let inner = 0; inner < size; inner += 1) {
              sum += (factor[inner * size + row] ?? 0) * (factor[inner * size + column] ?? 0)
            }
            matrix[row * size + column] = sum
          }
        }
        const b = Float64Array.from(vector)
        const made = cholesky(matrix, size)
        const x = made.solve(b)
        for (const [row, value] of times(matrix, size, x).entries()) expect(value).toBeCloseTo(b[row] ?? 0, 6)
        const back = made.times(made.timesTransposed(b))
        for (const [row, value] of times(matrix, size, b).entries()) expect(back[row]).toBeCloseTo(value, 6)
        expect(made.quadratic(b)).toBeCloseTo(
          b.reduce((sum, value, row) => sum + value * (x[row] ?? 0), 0),
          6,
        )
        const first = Float64Array.from({ length: size }, (_, row) => (row === 0 ? 1 : 0))
        expect([...made.column(0)]).toEqual([...made.times(first)])
      }),
      { numRuns: 200, seed: 5 },
    )
  })

  test('refuses a matrix that is not positive definite', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(RangeError)
  })
})
