import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import type { Embedder } from '../../src/ports/embedder.ts'
import { cachedEmbedder } from '../../src/retrieval/cached-embedder.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

const counting = (id = 'test/lengths') => {
  const asked: string[][] = []
  const embedder = functionEmbedder({
    id,
    embed: (texts, { role = 'passage' }) => {
      asked.push([...texts])
      return texts.map(text => [text.length, role === 'query' ? 1 : 2])
    },
  })
  return { embedder, asked }
}

let contractCalls: string[][] = []
describeEmbedder('cachedEmbedder', {
  make: () => {
    const { embedder, asked } = counting()
    contractCalls = asked
    return cachedEmbedder(embedder, { storage: memoryStorage() })
  },
  calls: () => contractCalls.length,
  failing: () => cachedEmbedder(functionEmbedder({ id: 'test/none', embed: () => [] })),
})

describe('a text', () => {
  test('is asked for once, within a call and over calls', async () => {
    const { embedder, asked } = counting()
    const cached = cachedEmbedder(embedder)
    await cached.embed(['a', 'bb', 'a'])
    const vectors = await cached.embed(['bb', 'ccc'])
    expect(asked).toEqual([['a', 'bb'], ['ccc']])
    expect(vectors.map(vector => vector[0])).toEqual([2, 3])
  })

  test('is another in another role, and of another embedder', async () => {
    const storage = memoryStorage()
    const [one, other] = [counting('one'), counting('other')]
    await cachedEmbedder(one.embedder, { storage }).embed(['a'])
    const [query] = await cachedEmbedder(one.embedder, { storage }).embed(['a'], { role: 'query' })
    await cachedEmbedder(other.embedder, { storage }).embed(['a'])
    expect(query?.[1]).toBe(1)
    expect([one.asked.length, other.asked.length]).toEqual([2, 1])
  })

  test('comes from the storage in another process, as one cached call', async () => {
    const storage = memoryStorage()
    const [before] = await cachedEmbedder(counting().embedder, { storage }).embed(['naïve 서울'])
    const later = counting()
    const usage = usageLedger()
    const [after] = await cachedEmbedder(later.embedder, { storage }).embed(['naïve 서울'], { usage })
    expect(after).toEqual(before)
    expect(later.asked).toEqual([])
    expect(usage.total).toMatchObject({ calls: 0, cachedCalls: 1 })
  })

  test('whose stored vector is damaged is asked for again and mended', async () => {
    const storage = memoryStorage()
    const { embedder, asked } = counting()
    await cachedEmbedder(embedder, { storage }).embed(['a'])
    for await (const key of storage.list('')) {
      const stored = await storage.get(key)
      const value = Uint8Array.from(stored?.value ?? [])
      value[35] = (value[35] ?? 0) ^ 1
      await storage.put(key, value)
    }
    const [vector] = await cachedEmbedder(embedder, { storage }).embed(['a'])
    expect(vector?.[0]).toBe(1)
    expect(asked).toHaveLength(2)
    await cachedEmbedder(embedder, { storage }).embed(['a'])
    expect(asked).toHaveLength(2)
  })

  test('used longest ago leaves the memory first', async () => {
    const { embedder, asked } = counting()
    const cached = cachedEmbedder(embedder, { maxEntries: 2 })
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await cached.embed([text])
    expect(asked.flat()).toEqual(['a', 'b', 'c', 'b'])
  })
})

describe('a storage that fails', () => {
  const storage = {
    ...memoryStorage(),
    get: () => Promise.reject(new Error('down')),
    put: () => Promise.reject(new Error('down')),
  }

  test('fails the call', async () => {
    await expect(cachedEmbedder(counting().embedder, { storage }).embed(['a'])).rejects.toThrow('down')
  })

  test('is only told where somebody listens', async () => {
    const told: unknown[] = []
    const cached: Embedder = cachedEmbedder(counting().embedder, { storage, onStorageError: error => told.push(error) })
    expect((await cached.embed(['abc']))[0]?.[0]).toBe(3)
    expect(told).toHaveLength(2)
  })
})
