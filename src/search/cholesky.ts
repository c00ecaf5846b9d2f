/** A positive definite matrix as the product of a lower triangle and its transpose, both in row-major order. */
export interface Cholesky {
  readonly size: number
  /** x with A x = b. */
  solve(b: Float64Array): Float64Array
  /** x with Lᵀ x = b: of standard normal draws b it makes draws with the covariance A⁻¹. */
  solveTransposed(b: Float64Array): Float64Array
}

/**
 * Decomposes a symmetric positive definite matrix, given in row-major order; only its lower triangle is read.
 *
 * @throws RangeError where the matrix is not positive definite
 */
export const cholesky = (matrix: Float64Array, size: number): Cholesky => {
  const lower = Float64Array.from(matrix)
  const at = (row: number, column: number): number => lower[row * size + column] ?? 0
  for (let column = 0; column < size; column += 1) {
    for (let row = column; row < size; row += 1) {
      let sum = at(row, column)
      for (let inner = 0; inner < column; inner += 1) sum -= at(row, inner) * at(column, inner)
      if (row > column) lower[row * size + column] = sum / at(column, column)
      else if (sum > 0) lower[row * size + column] = Math.sqrt(sum)
      else throw new RangeError('Expected a positive definite matrix.')
    }
  }
  const solveTransposed = (b: Float64Array): Float64Array => {
    const x = Float64Array.from(b)
    for (let row = size - 1; row >= 0; row -= 1) {
      let sum = x[row] ?? 0
      for (let below = row + 1; below < size; below += 1) sum -= at(below, row) * (x[below] ?? 0)
      x[row] = sum / at(row, row)
    }
    return x
  }
  return {
    size,
    solveTransposed,
    solve(b) {
      const y = Float64Array.from(b)
      for (let row = 0; row < size; row += 1) {
        let sum = y[row] ?? 0
        for (let before = 0; before < row; before += 1) sum -= at(row, before) * (y[before] ?? 0)
        y[row] = sum / at(row, row)
      }
      return solveTransposed(y)
    },
  }
}
