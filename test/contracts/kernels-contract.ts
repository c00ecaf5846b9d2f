import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { TextKernels } from '../../src/ports/text-kernels.ts'
import type { VectorKernels } from '../../src/ports/vector-kernels.ts'

/** Every implementation of the kernels computes what their definitions say. */
export const describeKernels = (name: string, make: () => Promise<VectorKernels & TextKernels>): void => {
  describe(name, () => {
    let kernels: VectorKernels & TextKernels
    beforeAll(async () => {
      kernels = await make()
    })

    const product = (matrix: ArrayLike<number>, row: number, query: ArrayLike<number>): number => {
      let sum = 0
      for (let at = 0; at < query.length; at += 1) sum += (matrix[row * query.length + at] ?? 0) * (query[at] ?? 0)
      return sum
    }

    const shapes = fc.record({ rows: fc.integer({ min: 1, max: 40 }), dimensions: fc.integer({ min: 1, max: 70 }) })

    test('multiplies whole numbers exactly, whatever the shape', () => {
      fc.assert(
        fc.property(
          shapes.chain(({ rows, dimensions }) =>
            fc.record({
              rows: fc.constant(rows),
              query: fc.int8Array({ minLength: dimensions, maxLength: dimensions }),
              matrix: fc.int8Array({ minLength: rows * dimensions, maxLength: rows * dimensions }),
            }),
          ),
          ({ rows, query, matrix }) => {
            const wanted = Array.from({ length: rows }, (_, row) => product(matrix, row, query))
            const sums = new Int32Array(rows)
            kernels.dotsInt8(matrix, rows, query, sums)
            expect([...sums]).toEqual(wanted)
            const floats = new Float64Array(rows)
            kernels.dots(Float32Array.from(matrix), rows, Float32Array.from(query), floats)
            expect([...floats]).toEqual(wanted)
          },
        ),
      )
    })

    test.each([
      [3, 5],
      [900, 100],
      [5_000, 33],
      [70_000, 1],
    ])('reads a matrix of %i rows of %i in its own room, and only the rows it is asked for', (rows, dimensions) => {
      const [floats, bytes] = [kernels.floats(rows, dimensions), kernels.bytes(rows, dimensions)]
      expect([floats.length, bytes.length]).toEqual([rows * dimensions, rows * dimensions])
      expect([floats.some(Boolean), bytes.some(Boolean)]).toEqual([false, false])
      for (let at = 0; at < floats.length; at += 1) bytes[at] = floats[at] = ((at * 31) % 255) - 127
      const query = Float32Array.from({ length: dimensions }, (_, at) => (at % 9) - 4)
      const wanted = Array.from({ length: rows - 1 }, (_, row) => product(floats, row, query))
      const [sums, wholes] = [new Float64Array(rows).fill(7), new Int32Array(rows).fill(7)]
      kernels.dots(floats, rows - 1, query, sums)
      kernels.dotsInt8(bytes, rows - 1, Int8Array.from(query), wholes)
      expect([...sums]).toEqual([...wanted, 7])
      expect([...wholes]).toEqual([...wanted, 7])
    })

    test('reads a matrix that begins anywhere', () => {
      const whole = Float32Array.from({ length: 50 }, (_, at) => at)
      const out = new Float64Array(4)
      kernels.dots(whole.subarray(3), 4, whole.subarray(41, 46), out)
      expect([...out]).toEqual([0, 1, 2, 3].map(row => product(whole.subarray(3), row, whole.subarray(41, 46))))
      const room = kernels.floats(2_000, 20)
      for (let at = 0; at < room.length; at += 1) room[at] = at % 97
      kernels.dots(room.subarray(20), 4, whole.subarray(0, 20), out)
      expect([...out]).toEqual([1, 2, 3, 4].map(row => product(room, row, whole.subarray(0, 20))))
    })

    test('the greatest bytes do not overflow', () => {
      const [matrix, out] = [new Int8Array(100_000).fill(-127), new Int32Array(1)]
      kernels.dotsInt8(matrix, 1, matrix, out)
      expect(out[0]).toBe(127 * 127 * 100_000)
    })

    test('sums of floats agree but for rounding', () => {
      const numbers = Float32Array.from({ length: 40 * 384 }, (_, at) => Math.sin(at * at))
      const [query, out] = [numbers.slice(0, 384), new Float64Array(40)]
      kernels.dots(numbers, 40, query, out)
      for (const [row, sum] of out.entries()) expect(Math.abs(sum - product(numbers, row, query))).toBeLessThan(1e-4)
    })

    test.each([
      ['', '', 0],
      ['', 'abc', 3],
      ['kitten', 'sitting', 3],
      ['flaw', 'lawn', 2],
      ['까치', '까마귀', 2],
      ['🐦‍⬛', '🐦', 2],
      ['\ud800', '\udc00', 1],
    ])('%j becomes %j by known edits', (left, right, wanted) => {
      expect(kernels.editDistance(left, right)).toBe(wanted)
      expect(kernels.editDistance(right, left)).toBe(wanted)
    })

    const letters = fc.constantFrom('a', 'b', 'é', '나', '🐦', '\udc00')
    const texts = fc.array(letters, { maxLength: 330, size: 'max' }).map(some => some.join(''))

    test('the edits between two texts are as few as the definition says', () => {
      fc.assert(
        fc.property(texts, texts, (left, right) => {
          expect(kernels.editDistance(left, right)).toBe(byDefinition([...left], [...right]))
        }),
        { numRuns: 60 },
      )
    })

    test('long texts take their edits too', () => {
      const text = 'the magpie brings good news, '.repeat(400)
      const edited = [...text].map((letter, at) => (at % 100 === 50 ? '까' : letter)).join('')
      expect(kernels.editDistance(text, edited)).toBe(text.length / 100)
      expect(kernels.editDistance(`${text}${text}`.repeat(8), text)).toBe(15 * text.length)
    })
  })
}

const byDefinition = (left: readonly string[], right: readonly string[]): number => {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (const [at, letter] of left.entries()) {
    const next = [at + 1]
    for (const [column, other] of right.entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
