import type { VectorKernels } from '../ports/vector-kernels.ts'
import { type KernelMemory, type KernelModule, kernelMemory } from './kernel-memory.ts'

/** Rows whose products are computed by one call. */
const rowsAtOnce = 4_096
/** Bytes of a matrix from which on it gets a memory of its own; a smaller one is copied faster than that is made. */
const ownMemoryFrom = 65_536
/** What one memory can hold at most, leaving a page for the rest. */
const memoryLimit = 65_535 * 65_536

/** A matrix in a memory, and where the query and the products go. */
interface Room {
  readonly memory: KernelMemory
  readonly query: number
  readonly out: number
}

/**
 * The products of a vector index in WebAssembly.
 *
 * A matrix has a memory of its own that never grows, so that the arrays over it stay and all of it is given back with
 * them. `scratch` is where matrices from elsewhere are copied to, a few rows at a time.
 */
export const vectorRooms = (module: KernelModule, scratch: KernelMemory): VectorKernels => {
  const rooms = new WeakMap<ArrayBufferLike, Room>()

  const room = <Numbers>(
    numbers: { new (length: number): Numbers; new (buffer: ArrayBuffer, from: number, length: number): Numbers },
    rows: number,
    rowBytes: number,
    length: number,
  ): Numbers => {
    const size = rows * rowBytes
    if (size < ownMemoryFrom || size + rowBytes + 8 * rowsAtOnce > memoryLimit) return new numbers(length)
    const memory = kernelMemory(module)
    const [query, out, matrix] = memory.layOut(rowBytes, 8 * rowsAtOnce, size)
    rooms.set(memory.buffer(), { memory, query, out })
    return new numbers(memory.buffer(), matrix, length)
  }

  /** Calls `compute` for some rows at a time, with where those rows, the query and the products stand. */
  const inParts = <Numbers extends Float32Array | Int8Array>(
    matrix: Numbers,
    rows: number,
    query: Numbers,
    compute: (
      memory: KernelMemory,
      at: { matrix: number; query: number; out: number },
      row: number,
      rows: number,
    ) => void,
  ): void => {
    const rowBytes = query.byteLength
    const own = rooms.get(matrix.buffer)
    const source = own === undefined ? new Uint8Array(matrix.buffer, matrix.byteOffset, rows * rowBytes) : undefined
    const count =
      own === undefined ? Math.max(1, Math.min(rowsAtOnce, Math.floor(ownMemoryFrom / rowBytes))) : rowsAtOnce
    const memory = own?.memory ?? scratch
    const [queryAt, outAt, matrixAt] =
      own === undefined
        ? scratch.layOut(rowBytes, 8 * count, count * rowBytes)
        : [own.query, own.out, matrix.byteOffset]
    new Uint8Array(memory.buffer()).set(new Uint8Array(query.buffer, query.byteOffset, rowBytes), queryAt)
    for (let row = 0; row < rows; row += count) {
      const some = Math.min(count, rows - row)
      if (source !== undefined) {
        new Uint8Array(memory.buffer()).set(source.subarray(row * rowBytes, (row + some) * rowBytes), matrixAt)
      }
      const at = { matrix: source === undefined ? matrixAt + row * rowBytes : matrixAt, query: queryAt, out: outAt }
      compute(memory, at, row, some)
    }
  }

  return {
    floats: (rows, dimensions) => room(Float32Array, rows, 4 * dimensions, rows * dimensions),
    bytes: (rows, dimensions) => room(Int8Array, rows, dimensions, rows * dimensions),
    dots(matrix, rows, query, out) {
      inParts(matrix, rows, query, ({ kernels, buffer }, at, row, some) => {
        kernels.dots_floats(at.matrix, some, query.length, at.query, at.out)
        out.set(new Float64Array(buffer(), at.out, some), row)
      })
    },
    dotsInt8(matrix, rows, query, out) {
      inParts(matrix, rows, query, ({ kernels, buffer }, at, row, some) => {
        kernels.dots_bytes(at.matrix, some, query.length, at.query, at.out)
        out.set(new Int32Array(buffer(), at.out, some), row)
      })
    },
  }
}
