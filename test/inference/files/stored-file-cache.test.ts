import { describe, expect, test } from 'vitest'
import { storedFileCache } from '../../../src/inference/files/stored-file-cache.ts'
import type { Storage } from '../../../src/ports/storage.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'
import { describeFileCache } from '../../contracts/file-cache-contract.ts'

const keysOf = async (storage: Storage, prefix = ''): Promise<string[]> => {
  const keys: string[] = []
  for await (const key of storage.list(prefix)) keys.push(key)
  return keys
}

describeFileCache('storedFileCache in memory', {
  make: async () => {
    const storage = memoryStorage()
    const open = () => storedFileCache({ storage, pieceBytes: 1000 })
    return { cache: open(), again: open }
  },
})

describe('storedFileCache', () => {
  test('stays within its bound: what was used longest ago goes', async () => {
    const storage = memoryStorage()
    let now = 0
    const cache = storedFileCache({ storage, maxBytes: 2500, pieceBytes: 1000, now: () => ++now })
    const keep = async (key: string, bytes: number) => {
      const part = await cache.part(key)
      await part.begin('one')
      await part.append(new Uint8Array(bytes))
      await part.commit('0f')
    }
    await keep('a', 1000)
    await keep('b', 1000)
    await cache.read('a')
    await keep('c', 500)
    await keep('d', 100)
    const there = await Promise.all(['a', 'b', 'c', 'd'].map(async key => (await cache.find(key)) !== undefined))
    expect(there).toEqual([true, false, true, true])
    await keep('too large', 2501)
    expect(await cache.find('too large')).toBeUndefined()
    expect(await keysOf(storage)).toEqual([])
  })

  test('a file with a piece that is gone or cut counts as absent, and goes', async () => {
    for (const change of ['delete', 'cut'] as const) {
      const storage = memoryStorage()
      const cache = storedFileCache({ storage, pieceBytes: 1000 })
      const part = await cache.part('key')
      await part.begin('one')
      for (let i = 0; i < 3; i += 1) await part.append(new Uint8Array(1000))
      await part.commit('0f')
      const [, piece = ''] = await keysOf(storage, 'piece/')
      if (change === 'delete') await storage.delete(piece)
      else await storage.put(piece, new Uint8Array(10))
      expect(await cache.read('key')).toBeUndefined()
      expect(await keysOf(storage)).toEqual([])
    }
  })

  test('pieces that nobody names are swept by the next commit, and manifests that cannot be read', async () => {
    const storage = memoryStorage()
    const cache = storedFileCache({ storage, pieceBytes: 1000 })
    await storage.put('piece/lost/0', new Uint8Array(1000))
    await storage.put('whole/x', new TextEncoder().encode('{"key":'))
    await storage.put('part/y', new TextEncoder().encode('{"pieces":[-1,1e300]}'))
    const part = await cache.part('key')
    await part.begin('one')
    await part.commit('0f')
    expect(await keysOf(storage)).toEqual([expect.stringMatching(/^whole\/[0-9a-f]{64}$/)])
  })

  test.each([0, 1.5, Number.NaN])('a bound of %s is refused', maxBytes => {
    expect(() => storedFileCache({ storage: memoryStorage(), maxBytes })).toThrow(/Expected maxBytes to be a whole/)
  })
})
