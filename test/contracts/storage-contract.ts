import { describe, expect, test } from 'vitest'
import type { Storage } from '../../src/ports/storage.ts'

export interface StorageUnderTest {
  /** An empty store. */
  readonly make: () => Storage | Promise<Storage>
  /** Lets a time to live of one second pass. */
  readonly passASecond: () => void | Promise<void>
  /** Bytes of a key that must work, 512 unless a wrapper takes some. */
  readonly longestKey?: number
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const textAt = async (storage: Storage, key: string): Promise<string | undefined> => {
  const stored = await storage.get(key)
  return stored && new TextDecoder().decode(stored.value)
}

const keysOf = async (storage: Storage, prefix: string): Promise<string[]> => {
  const keys: string[] = []
  for await (const key of storage.list(prefix)) keys.push(key)
  return keys
}

/** Keys that would harm a store which took them for names of its own. */
const awkwardKeys = [
  '.',
  '..',
  '../../escaped',
  '/etc/passwd',
  'a/b/../c',
  'C:\\con',
  'con',
  'nul.txt',
  'A',
  'a',
  'À',
  'A\u0300',
  'zero\u0000byte',
  'line\nbreak',
  ' space ',
  'per%cent',
  '%2e%2e',
  '__proto__',
  'constructor',
  '.tmp',
  '.locks',
  'a.kv',
  '名前',
  '👩🏽‍🚀',
  '\ue000',
  '~',
]

/** The contract of `ports/storage.ts`, point by point. */
export const describeStorage = (name: string, { make, passASecond, longestKey = 512 }: StorageUnderTest): void => {
  describe(`${name} keeps the storage contract`, () => {
    test('1. an absent key is undefined', async () => {
      expect(await (await make()).get('absent')).toBeUndefined()
    })

    test('1. a deleted key is absent, and deleting an absent key is no error', async () => {
      const storage = await make()
      await storage.put('key', bytes('value'))
      await storage.delete('key')
      await storage.delete('key')
      expect(await storage.get('key')).toBeUndefined()
    })

    test('1. an expired key is absent, unlisted, and free again', async () => {
      const storage = await make()
      await storage.put('short', bytes('value'), { ttlSeconds: 1 })
      await storage.put('long', bytes('value'), { ttlSeconds: 1000 })
      expect(await textAt(storage, 'short')).toBe('value')
      await passASecond()
      expect(await storage.get('short')).toBeUndefined()
      expect(await keysOf(storage, '')).toEqual(['long'])
      if (storage.putIf) expect(await storage.putIf('short', bytes('again'), undefined)).toBe(true)
    })

    test('1. a put without a time to live ends that of the put before', async () => {
      const storage = await make()
      await storage.put('key', bytes('short'), { ttlSeconds: 1 })
      await storage.put('key', bytes('long'))
      await passASecond()
      expect(await textAt(storage, 'key')).toBe('long')
    })

    test('2. the bytes read equal the bytes written', async () => {
      const storage = await make()
      const all = Uint8Array.from({ length: 256 }, (_, index) => index)
      await storage.put('all', all)
      await storage.put('none', new Uint8Array())
      expect((await storage.get('all'))?.value).toEqual(all)
      expect((await storage.get('none'))?.value).toEqual(new Uint8Array())
    })

    test('2. a view into a larger buffer is written as the view', async () => {
      const storage = await make()
      await storage.put('view', bytes('abcdef').subarray(2, 4))
      expect(await textAt(storage, 'view')).toBe('cd')
    })

    test('2. nobody shares bytes with the store', async () => {
      const storage = await make()
      const written = bytes('value')
      await storage.put('key', written)
      written.fill(0)
      const read = (await storage.get('key'))?.value
      read?.fill(0)
      expect(await textAt(storage, 'key')).toBe('value')
    })

    test('3. list yields the keys of a prefix in code-unit order', async () => {
      const storage = await make()
      // In UTF-8 the first would come last; in code units it comes before U+E000.
      const keys = ['👩', '\ue000', 'b', 'a/2', 'a/10', 'a', 'B']
      for (const key of keys) await storage.put(key, bytes(key))
      expect(await keysOf(storage, '')).toEqual([...keys].sort())
      expect(await keysOf(storage, 'a/')).toEqual(['a/10', 'a/2'])
      expect(await keysOf(storage, 'absent')).toEqual([])
    })

    test('3. a key written twice is listed once', async () => {
      const storage = await make()
      await storage.put('key', bytes('1'))
      await storage.put('key', bytes('2'))
      expect(await keysOf(storage, '')).toEqual(['key'])
      expect(await textAt(storage, 'key')).toBe('2')
    })

    test('3. a listing survives that its keys are deleted', async () => {
      const storage = await make()
      for (const key of ['a', 'b', 'c']) await storage.put(key, bytes(key))
      const seen: string[] = []
      for await (const key of storage.list('')) {
        seen.push(key)
        await storage.delete(key)
      }
      expect(seen).toEqual(['a', 'b', 'c'])
      expect(await keysOf(storage, '')).toEqual([])
    })

    test('4. a reader sees one of the values written at once, whole', async () => {
      const storage = await make()
      const values = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(50_000))
      await storage.put('key', bytes(values[0] ?? ''))
      const writing = Promise.all(values.map(value => storage.put('key', bytes(value))))
      const reads = await Promise.all(Array.from({ length: 8 }, () => textAt(storage, 'key')))
      await writing
      for (const read of [...reads, await textAt(storage, 'key')]) expect(values).toContain(read)
    })

    test('5. putIf exists where the capabilities say so', async () => {
      const storage = await make()
      expect(typeof storage.putIf === 'function').toBe(storage.capabilities.compareAndSet)
    })

    test('5. putIf writes when the version is the expected one, and only then', async () => {
      const storage = await make()
      if (!storage.putIf) return
      expect(await storage.putIf('key', bytes('1'), 'none')).toBe(false)
      expect(await storage.get('key')).toBeUndefined()
      expect(await storage.putIf('key', bytes('1'), undefined)).toBe(true)
      expect(await storage.putIf('key', bytes('2'), undefined)).toBe(false)
      const first = (await storage.get('key'))?.version
      expect(await storage.putIf('key', bytes('2'), first)).toBe(true)
      expect(await storage.putIf('key', bytes('3'), first)).toBe(false)
      expect(await textAt(storage, 'key')).toBe('2')
      await storage.delete('key')
      expect(await storage.putIf('key', bytes('4'), first)).toBe(false)
    })

    test('5. of many writers at once each version has one winner', async () => {
      const storage = await make()
      const { putIf } = storage
      if (!putIf) return
      const add = async (): Promise<void> => {
        for (;;) {
          const stored = await storage.get('count')
          const count = stored === undefined ? 0 : Number(new TextDecoder().decode(stored.value))
          if (await putIf.call(storage, 'count', bytes(`${count + 1}`), stored?.version)) return
        }
      }
      await Promise.all(Array.from({ length: 12 }, add))
      expect(await textAt(storage, 'count')).toBe('12')
    })

    test('the version changes with the value', async () => {
      const storage = await make()
      await storage.put('key', bytes('1'))
      const first = (await storage.get('key'))?.version
      expect((await storage.get('key'))?.version).toBe(first)
      await storage.put('key', bytes('2'))
      expect((await storage.get('key'))?.version).not.toBe(first)
    })

    test('6. keys of any characters are different keys', async () => {
      const storage = await make()
      for (const key of awkwardKeys) await storage.put(key, bytes(`value of ${key}`))
      for (const key of awkwardKeys) expect(await textAt(storage, key)).toBe(`value of ${key}`)
      expect(await keysOf(storage, '')).toEqual([...awkwardKeys].sort())
    })

    test('6. the longest keys are told apart by their ends', async () => {
      const storage = await make()
      const beginning = 'Ä'.repeat(Math.floor((longestKey - 1) / 2))
      await storage.put(`${beginning}1`, bytes('1'))
      await storage.put(`${beginning}2`, bytes('2'))
      await storage.put(beginning, bytes('0'))
      expect(await textAt(storage, `${beginning}1`)).toBe('1')
      expect(await textAt(storage, beginning)).toBe('0')
      expect(await keysOf(storage, beginning)).toEqual([beginning, `${beginning}1`, `${beginning}2`])
    })

    test.each([
      ['empty', ''],
      ['too long', 'x'.repeat(513)],
      ['too long in bytes', 'Ä'.repeat(257)],
      ['half a surrogate pair', 'a\ud83d'],
    ])('7. a key that is %s is refused by rejecting', async (_, key) => {
      const storage = await make()
      const refusal = { name: 'StorageError', code: 'storage/key' }
      for (const work of [
        () => storage.get(key),
        () => storage.put(key, bytes('x')),
        () => storage.delete(key),
        ...(storage.putIf ? [() => storage.putIf?.(key, bytes('x'), undefined)] : []),
      ]) {
        const promise = work()
        await expect(promise).rejects.toMatchObject(refusal)
      }
    })

    test('7. an aborted signal rejects with its reason and changes nothing', async () => {
      const storage = await make()
      await storage.put('key', bytes('kept'))
      const reason = new Error('enough')
      const signal = AbortSignal.abort(reason)
      await expect(storage.get('key', { signal })).rejects.toBe(reason)
      await expect(storage.put('key', bytes('x'), { signal })).rejects.toBe(reason)
      await expect(storage.delete('key', { signal })).rejects.toBe(reason)
      await expect(storage.list('', { signal })[Symbol.asyncIterator]().next()).rejects.toBe(reason)
      if (storage.putIf) await expect(storage.putIf('key', bytes('x'), undefined, { signal })).rejects.toBe(reason)
      expect(await textAt(storage, 'key')).toBe('kept')
    })
  })
}
