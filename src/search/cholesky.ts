/** A positive definite matrix as the product of a lower triangle and its transpose, both in row-major order. */
export interface Cholesky {
  readonly size: number
  /** x with A x = b. */
  solve(b: Float64Array): Float64Array
  /** x with Lᵀ x = b: of standard normal draws b it makes draws with the covariance A⁻¹. */
  solveTransposed(b: Float64Array): Float64Array
  /** bᵀ A⁻¹ b: half the work of solving. */
  quadratic(b: Float64Array): number
  /** A column of L. */
  column(place: number): Float64Array
  /** L b. */
  times(b: Float64Array): Float64Array
  /** Lᵀ b. */
  timesTransposed(b: Float64Array): Float64Array
}

/**
 * Decomposes a symmetric positive definite matrix, given in row-major order; only its lower triangle is read.
 *
 * @throws RangeError where the matrix is not positive definite
 */
export const cholesky = (matrix: Float64Array, size: number): Cholesky => {
  const lower = Float64Array.from(matrix)
  // Row by row, so that every sum runs along two rows as they lie in memory.
  for (let row = 0; row < size; row += 1) {
    const own = row * size
    for (let column = 0; column <= row; column += 1) {
      const other = column * size
      let sum = lower[own + column] as number
      for (let inner = 0; inner < column; inner += 1) {
        sum -= (lower[own + inner] as number) * (lower[other + inner] as number)
      }
      if (row > column) lower[own + column] = sum / (lower[other + column] as number)
      else if (sum > 0) lower[own + column] = Math.sqrt(sum)
      else throw new RangeError('Expected a positive definite matrix.')
    }
  }
  /** y with L y = b. */
  const solveLower = (b: Float64Array): Float64Array => {
    const y = Float64Array.from(b)
    const first = y.findIndex(value => value !== 0)
    if (first < 0) return y
    for (let row = first; row < size; row += 1) {
      const own = row * size
      let sum = y[row] as number
      for (let before = first; before < row; before += 1) sum -= (lower[own + before] as number) * (y[before] as number)
      y[row] = sum / (lower[own + row] as number)
    }
    return y
  }
  const solveTransposed = (b: Float64Array): Float64Array => {
    const x = Float64Array.from(b)
    // Column by column of Lᵀ, which are rows of L.
    for (let row = size - 1; row >= 0; row -= 1) {
      const own = row * size
      const value = (x[row] as number) / (lower[own + row] as number)
      x[row] = value
      for (let above = 0; above < row; above += 1) {
        x[above] = (x[above] as number) - (lower[own + above] as number) * value
      }
    }
    return x
  }
  return {
    size,
    solveTransposed,
    solve: b => solveTransposed(solveLower(b)),
    column(place) {
      const column = new Float64Array(size)
      for (let row = place; row < size; row += 1) column[row] = lower[row * size + place] as number
      return column
    },
    times: b =>
      b.map((_, row) => {
        let sum = 0
        for (let column = 0; column <= row; column += 1) {
          sum += (lower[row * size + column] as number) * (b[column] as number)
        }
        return sum
      }),
    timesTransposed(b) {
      const product = new Float64Array(size)
      for (let row = 0; row < size; row += 1) {
        const value = b[row] as number
        if (value === 0) continue
        for (let column = 0; column <= row; column += 1) {
          product[column] = (product[column] as number) + (lower[row * size + column] as number) * value
        }
      }
      return product
    },
    quadratic: b => solveLower(b).reduce((sum, value) => sum + value * value, 0),
  }
}
