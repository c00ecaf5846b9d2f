import { expect, test } from 'vitest'
import { memoryStorage } from '../../src/storage/memory.ts'
import { prefixedStorage } from '../../src/storage/prefixed.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeStorage } from '../contracts/storage-contract.ts'

const clock = testClock()
const value = new Uint8Array([1])

describeStorage('prefixedStorage', {
  make: async () => {
    const storage = memoryStorage({ clock })
    await storage.put('other', value)
    await storage.put('part', value)
    return prefixedStorage(storage, 'part/')
  },
  passASecond: () => clock.advance(1000),
  longestKey: 507,
})

test('what is under the prefix is in the store under its whole key', async () => {
  const storage = memoryStorage()
  await prefixedStorage(prefixedStorage(storage, 'a/'), 'b/').put('c', value)
  expect((await storage.get('a/b/c'))?.value).toEqual(value)
})

test('a store without compare-and-set stays without', () => {
  const { putIf: _, ...rest } = memoryStorage()
  const storage = { ...rest, capabilities: { compareAndSet: false, consistency: 'eventual' } as const }
  expect(prefixedStorage(storage, 'a/')).not.toHaveProperty('putIf')
})

test('a key that its prefix makes too long is refused', async () => {
  await expect(prefixedStorage(memoryStorage(), 'p'.repeat(10)).get('k'.repeat(503))).rejects.toMatchObject({
    code: 'storage/key',
  })
})
