import { describe, expect, test } from 'vitest'
import type { FileCache } from '../../src/inference/files/file-cache.ts'

export interface FileCacheUnderTest {
  /** A cache that is empty, in pieces of 1,000 bytes. `again` opens the same one, as the next process would. */
  readonly make: () => Promise<{ readonly cache: FileCache; readonly again: () => FileCache }>
}

const content = (length: number, seed = 1): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, at) => (at * 7 + seed) % 256)

const kept = async (cache: FileCache, key: string, bytes: Uint8Array<ArrayBuffer>, tag = 'one'): Promise<void> => {
  const part = await cache.part(key)
  await part.begin(tag)
  for (let at = 0; at < bytes.length; at += 300) await part.append(bytes.slice(at, at + 300))
  await part.commit('0f')
}

/** The contract of `inference/files/file-cache.ts`, point by point. */
export const describeFileCache = (kind: string, { make }: FileCacheUnderTest): void => {
  describe(`${kind} keeps the contract of file caches`, () => {
    test('1. what was committed is found and read, now and by the next process', async () => {
      const { cache, again } = await make()
      await kept(cache, 'a key/../x\0', content(4321))
      for (const one of [cache, again()]) {
        expect(await one.find('a key/../x\0')).toEqual({ tag: 'one', bytes: 4321, sha256: '0f' })
        expect(await one.read('a key/../x\0')).toEqual(content(4321))
        expect(await one.find('another')).toBeUndefined()
        expect(await one.read('another')).toBeUndefined()
      }
    })

    test('1. an empty file is a file', async () => {
      const { cache } = await make()
      await kept(cache, 'empty', content(0))
      expect(await cache.read('empty')).toEqual(content(0))
    })

    test('1. a file that is too large counts as absent, and stays', async () => {
      const { cache } = await make()
      await kept(cache, 'key', content(4321))
      expect(await cache.read('key', { maxBytes: 4320 })).toBeUndefined()
      expect(await cache.read('key')).toHaveLength(4321)
    })

    test('1. the file before is there until the one after is whole', async () => {
      const { cache, again } = await make()
      await kept(cache, 'key', content(2500, 1))
      const part = await cache.part('key')
      await part.begin('two')
      await part.append(content(2000, 2))
      await part.pause()
      expect(await again().read('key')).toEqual(content(2500, 1))
      expect(await part.bytes()).toEqual(content(2000, 2))
      await part.commit('2f')
      expect(await again().read('key')).toEqual(content(2000, 2))
      expect(await again().find('key')).toMatchObject({ tag: 'two', sha256: '2f' })
    })

    test('2. a part goes on where it stopped', async () => {
      const { cache, again } = await make()
      const first = await cache.part('key')
      expect([first.tag, first.loaded]).toEqual([undefined, 0])
      await first.begin('one')
      await first.append(content(1700))
      await first.pause()
      const second = await again().part('key')
      expect([second.tag, second.loaded]).toEqual(['one', 1700])
      await second.append(content(3000).slice(1700))
      expect(await second.bytes()).toEqual(content(3000))
      await second.commit('3f')
      expect(await again().read('key')).toEqual(content(3000))
      expect((await again().part('key')).loaded).toBe(0)
    })

    test('2. a part that begins with another version, or is discarded, holds nothing', async () => {
      const { cache, again } = await make()
      const part = await cache.part('key')
      await part.begin('one')
      await part.append(content(1700))
      await part.begin('two')
      expect([part.tag, part.loaded]).toEqual(['two', 0])
      await part.append(content(1200))
      await part.pause()
      await part.discard()
      expect((await again().part('key')).loaded).toBe(0)
    })

    test('2. two parts of one key leave one whole file', async () => {
      const { cache, again } = await make()
      const [one, other] = [await cache.part('key'), await again().part('key')]
      await one.begin('one')
      await other.begin('one')
      await one.append(content(2500))
      await other.append(content(1300))
      await one.commit('1f')
      await other.append(content(2500).slice(1300))
      const bytes = await other.bytes()
      if (bytes) await other.commit('1f')
      expect(await again().read('key')).toEqual(content(2500))
    })

    test('what is deleted is gone, part and whole', async () => {
      const { cache } = await make()
      await kept(cache, 'key', content(2000))
      const part = await cache.part('key')
      await part.begin('two')
      await part.append(content(1000))
      await part.pause()
      await cache.delete('key')
      await cache.delete('key')
      expect(await cache.find('key')).toBeUndefined()
      expect((await cache.part('key')).loaded).toBe(0)
    })

    test('an abort ends a read', async () => {
      const { cache } = await make()
      await kept(cache, 'key', content(2000))
      const signal = AbortSignal.abort()
      await expect(cache.read('key', { signal })).rejects.toBe(signal.reason)
    })
  })
}
