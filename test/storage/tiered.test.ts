import { describe, expect, test } from 'vitest'
import { StorageError } from '../../src/errors/storage-error.ts'
import type { Storage } from '../../src/ports/storage.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { tieredStorage } from '../../src/storage/tiered.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeStorage } from '../contracts/storage-contract.ts'

const clock = testClock()
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const textAt = async (storage: Storage, key: string): Promise<string | undefined> => {
  const stored = await storage.get(key)
  return stored && new TextDecoder().decode(stored.value)
}

/** Two memories, and a count of what is asked of the far one. */
const tiers = (nearTtlSeconds?: number) => {
  const near = memoryStorage({ clock })
  const inner = memoryStorage({ clock })
  let reads = 0
  const far: Storage = {
    ...inner,
    get: (key, options) => {
      reads += 1
      return inner.get(key, options)
    },
  }
  const storage = tieredStorage({ near, far, ...(nearTtlSeconds !== undefined && { nearTtlSeconds }) })
  return { near, far, inner, storage, reads: () => reads }
}

describeStorage('tieredStorage', {
  make: () => tiers().storage,
  passASecond: () => clock.advance(1000),
})

describeStorage('tieredStorage over a store without compare-and-set', {
  make: () => {
    const { putIf: _, ...rest } = memoryStorage({ clock })
    const far = { ...rest, capabilities: { compareAndSet: false, consistency: 'eventual' } as const }
    return tieredStorage({ near: memoryStorage({ clock }), far })
  },
  passASecond: () => clock.advance(1000),
})

describe('tieredStorage', () => {
  test('reads the far store once, and once for many readers at the same time', async () => {
    const { storage, inner, reads } = tiers()
    await inner.put('key', bytes('value'))
    const read = await Promise.all(Array.from({ length: 5 }, () => textAt(storage, 'key')))
    expect(read).toEqual(Array.from({ length: 5 }, () => 'value'))
    expect(reads()).toBe(1)
  })

  test('writes to both', async () => {
    const { storage, near, inner, reads } = tiers()
    await storage.put('key', bytes('value'))
    expect([await textAt(near, 'key'), await textAt(inner, 'key'), await textAt(storage, 'key')]).toEqual(
      Array.from({ length: 3 }, () => 'value'),
    )
    expect(reads()).toBe(0)
  })

  test('sees what others wrote after the time of the near store', async () => {
    const { storage, inner } = tiers(5)
    await storage.put('key', bytes('mine'))
    await inner.put('key', bytes('theirs'))
    expect(await textAt(storage, 'key')).toBe('mine')
    await clock.advance(5000)
    expect(await textAt(storage, 'key')).toBe('theirs')
  })

  test('a loop of get and putIf comes to an end although the near store is behind', async () => {
    const { storage, inner } = tiers()
    await storage.put('count', bytes('1'))
    await inner.put('count', bytes('2'))
    const behind = await storage.get('count')
    expect(await storage.putIf?.('count', bytes('wrong'), behind?.version)).toBe(false)
    const now = await storage.get('count')
    expect(now && new TextDecoder().decode(now.value)).toBe('2')
    expect(await storage.putIf?.('count', bytes('3'), now?.version)).toBe(true)
    expect(await textAt(inner, 'count')).toBe('3')
  })

  test('a write that the far store refuses leaves nothing in the near one', async () => {
    const { near, far } = tiers()
    const full = new StorageError('storage/quota', 'Full.', { key: 'key' })
    const storage = tieredStorage({ near, far: { ...far, put: () => Promise.reject(full) } })
    await far.put('key', bytes('old'))
    expect(await textAt(storage, 'key')).toBe('old')
    await expect(storage.put('key', bytes('new'))).rejects.toBe(full)
    expect(await near.get('key')).toBeUndefined()
    expect(await textAt(storage, 'key')).toBe('old')
  })

  test('a slow read does not bring back what was written over meanwhile', async () => {
    const near = memoryStorage()
    const inner = memoryStorage()
    await inner.put('key', bytes('old'))
    const far: Storage = {
      ...inner,
      async get(key) {
        const stored = await inner.get(key)
        await new Promise(resolve => setTimeout(resolve, 10))
        return stored
      },
    }
    const storage = tieredStorage({ near, far })
    await Promise.all([storage.get('key'), storage.put('key', bytes('new'))])
    expect(await textAt(storage, 'key')).toBe('new')
  })
})
