import type { VectorKernels } from '../ports/vector-kernels.ts'

/** The kernels in plain TypeScript: what every other implementation is compared with. */
export const referenceKernels: VectorKernels = {
  floats: (rows, dimensions) => new Float32Array(rows * dimensions),
  bytes: (rows, dimensions) => new Int8Array(rows * dimensions),
  dots(matrix, rows, query, out) {
    const dimensions = query.length
    for (let row = 0; row < rows; row += 1) out[row] = dot(matrix, row * dimensions, query)
  },
  dotsInt8(matrix, rows, query, out) {
    const dimensions = query.length
    for (let row = 0; row < rows; row += 1) {
      const start = row * dimensions
      let sum = 0
      for (let index = 0; index < dimensions; index += 1) sum += (matrix[start + index] ?? 0) * (query[index] ?? 0)
      out[row] = sum
    }
  },
}

/** The dot product of a query with the numbers of a matrix from `start` on, summed in 64 bits. */
export const dot = (matrix: Float32Array, start: number, query: Float32Array): number => {
  let sum = 0
  for (let index = 0; index < query.length; index += 1) sum += (matrix[start + index] ?? 0) * (query[index] ?? 0)
  return sum
}
