import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { largeSha256 } from '../../../src/inference/files/large-sha256.ts'

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('largeSha256', () => {
  test('is the SHA-256 of the platform at every length around its blocks', async () => {
    for (let length = 0; length < 200; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) % 256)
      expect(await largeSha256(bytes)).toBe(expected(bytes))
    }
  })

  test('is the SHA-256 of the platform for any bytes, in a part of other memory too', async () => {
    const bytes = fc.uint8Array({ maxLength: 5000 }).map(array => Uint8Array.from(array))
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(70), async (whole, from) => {
        const part = whole.subarray(Math.min(from, whole.length))
        expect(await largeSha256(part)).toBe(expected(part))
      }),
      { numRuns: 50 },
    )
  })

  test('goes on after it let others have their turn', async () => {
    const bytes = new Uint8Array(33 * 2 ** 20 + 7).fill(5)
    expect(await largeSha256(bytes)).toBe(expected(bytes))
  })
})
