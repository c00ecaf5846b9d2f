/**
 * The inner loops of a vector index, so that WebAssembly may take them over.
 *
 * 1. A matrix is rows of `dimensions` numbers, one behind the other; `out` has room for every row.
 * 2. Sums may be made in another order: results agree but for rounding. Those of whole numbers are exact.
 * 3. A matrix may stand anywhere; one in the room that `floats` or `bytes` gave is read where it stands, any other may
 *    have to be copied first.
 */
export interface VectorKernels {
  /** Zeros for that many rows, where the kernels work without copying. */
  floats(rows: number, dimensions: number): Float32Array
  bytes(rows: number, dimensions: number): Int8Array
  /** The dot product of each of the first `rows` rows with the query. */
  dots(matrix: Float32Array, rows: number, query: Float32Array, out: Float64Array): void
  /** The same over bytes from -127 to 127; a sum fits 32 bits up to 133,000 dimensions. */
  dotsInt8(matrix: Int8Array, rows: number, query: Int8Array, out: Int32Array): void
}
