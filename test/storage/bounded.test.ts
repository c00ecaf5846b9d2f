import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StorageError } from '../../src/errors/storage-error.ts'
import type { Storage } from '../../src/ports/storage.ts'
import { boundedStorage } from '../../src/storage/bounded.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeStorage } from '../contracts/storage-contract.ts'

const clock = testClock()
const value = (length: number): Uint8Array => new Uint8Array(length)

const keysOf = async (storage: Storage): Promise<string[]> => {
  const keys: string[] = []
  for await (const key of storage.list('')) keys.push(key)
  return keys
}

describeStorage('boundedStorage', {
  make: () => boundedStorage({ storage: memoryStorage({ clock }), maxBytes: 10_000_000, maxEntries: 1000 }),
  passASecond: () => clock.advance(1000),
})

describe('boundedStorage', () => {
  test('drops what was used longest ago when there are too many entries', async () => {
    const storage = boundedStorage({ maxBytes: 1000, maxEntries: 3 })
    for (const key of ['a', 'b', 'c']) await storage.put(key, value(1))
    await storage.get('a')
    await storage.put('d', value(1))
    expect(await keysOf(storage)).toEqual(['a', 'c', 'd'])
  })

  test('drops what was used longest ago when there are too many bytes, keys counted', async () => {
    const storage = boundedStorage({ maxBytes: 30 })
    await storage.put('a', value(9))
    await storage.put('b', value(9))
    await storage.put('c', value(9))
    expect(await keysOf(storage)).toEqual(['a', 'b', 'c'])
    await storage.put('b', value(10))
    expect(await keysOf(storage)).toEqual(['b', 'c'])
  })

  test('a value larger than the bound is refused with a remedy and drops nothing', async () => {
    const storage = boundedStorage({ maxBytes: 10 })
    await storage.put('a', value(9))
    const refusal = { code: 'storage/quota', message: expect.stringContaining('Raise maxBytes') }
    await expect(storage.put('b', value(10))).rejects.toMatchObject(refusal)
    await expect(storage.putIf?.('a', value(10), undefined)).rejects.toMatchObject(refusal)
    expect((await storage.get('a'))?.value).toEqual(value(9))
  })

  test('a deleted entry makes room', async () => {
    const storage = boundedStorage({ maxBytes: 1000, maxEntries: 2 })
    await storage.put('a', value(1))
    await storage.put('b', value(1))
    await storage.delete('b')
    await storage.put('c', value(1))
    expect(await keysOf(storage)).toEqual(['a', 'c'])
  })

  test('learns what is in a store that lasts', async () => {
    const kept = memoryStorage()
    for (const key of ['a', 'b', 'c']) await kept.put(key, value(9))
    const storage = boundedStorage({ storage: kept, maxBytes: 25 })
    await storage.put('d', value(9))
    expect(await keysOf(storage)).toEqual(['c', 'd'])
  })

  test('counts again after the store could not delete', async () => {
    const kept = memoryStorage()
    let fails = true
    const failing: Storage = {
      ...kept,
      delete: key =>
        fails ? Promise.reject(new StorageError('storage/unavailable', 'Gone.', { key })) : kept.delete(key),
    }
    const storage = boundedStorage({ storage: failing, maxBytes: 100, maxEntries: 1 })
    await storage.put('a', value(1))
    await expect(storage.put('b', value(1))).rejects.toMatchObject({ code: 'storage/unavailable' })
    fails = false
    await storage.put('c', value(1))
    expect(await keysOf(storage)).toEqual(['c'])
  })

  test('whatever is written at the same time, it ends within its bounds and loses nothing that fits', async () => {
    const step = fc.record({
      what: fc.constantFrom('put', 'putIf', 'get', 'delete'),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      size: fc.integer({ min: 0, max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), async (steps, maxEntries) => {
        const inner = memoryStorage()
        const storage = boundedStorage({ storage: inner, maxBytes: 100, maxEntries })
        await Promise.all(
          steps.map(({ what, key, size }) => {
            if (what === 'put') return storage.put(key, value(size))
            if (what === 'putIf') return storage.putIf?.(key, value(size), undefined)
            return what === 'get' ? storage.get(key) : storage.delete(key)
          }),
        )
        const keys = await keysOf(inner)
        let bytes = 0
        for (const key of keys) bytes += key.length + ((await inner.get(key))?.value.length ?? 0)
        expect(keys.length).toBeLessThanOrEqual(maxEntries)
        expect(bytes).toBeLessThanOrEqual(100)
        await storage.put('last', value(90))
        expect((await storage.get('last'))?.value).toEqual(value(90))
      }),
    )
  })

  test.each([0, -1, 1.5, Number.NaN])('a bound of %s is refused', bound => {
    expect(() => boundedStorage({ maxBytes: bound })).toThrow('maxBytes')
    expect(() => boundedStorage({ maxBytes: 1, maxEntries: bound })).toThrow('maxEntries')
  })
})
