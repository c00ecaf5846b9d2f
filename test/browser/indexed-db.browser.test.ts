import { describe, expect, test } from 'vitest'
import { indexedDbStorage } from '../../browser/storage/indexed-db.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeStorage } from '../contracts/storage-contract.ts'
import { noise, withRoomFor } from './with-room-for.ts'

const clock = testClock()
let stores = 0

const newName = (): string => {
  stores += 1
  return `test-${stores}-${Math.random()}`
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const keysOf = async (keys: AsyncIterable<string>): Promise<string[]> => {
  const seen: string[] = []
  for await (const key of keys) seen.push(key)
  return seen
}

describeStorage('indexedDbStorage', {
  make: () => indexedDbStorage(newName(), { now: clock.now }),
  passASecond: () => clock.advance(1000),
})

describe('indexedDbStorage', () => {
  test('two stores of one name are one store', async () => {
    const name = newName()
    await indexedDbStorage(name).put('key', bytes('value'))
    expect((await indexedDbStorage(name).get('key'))?.value).toEqual(bytes('value'))
    expect(await indexedDbStorage(newName()).get('key')).toBeUndefined()
  })

  test('of writers on two connections each version has one winner', async () => {
    const name = newName()
    const [one, other] = [indexedDbStorage(name), indexedDbStorage(name)]
    const wins = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).putIf('key', bytes(`${index}`), undefined)),
    )
    expect(wins.filter(won => won)).toHaveLength(1)
  })

  test('lists beyond one page', async () => {
    const storage = indexedDbStorage(newName())
    const names = Array.from({ length: 2003 }, (_, index) => `key ${String(index).padStart(5, '0')}`)
    await Promise.all(names.map(name => storage.put(name, new Uint8Array())))
    expect(await keysOf(storage.list('key'))).toEqual(names)
  })

  test('goes on after its database was deleted under it', async () => {
    const name = newName()
    const storage = indexedDbStorage(name)
    await storage.put('key', bytes('value'))
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(`kkachi/${name}`)
      request.onsuccess = resolve
      request.onerror = request.onblocked = reject
    })
    expect(await storage.get('key')).toBeUndefined()
    await storage.put('key', bytes('again'))
    expect((await storage.get('key'))?.value).toEqual(bytes('again'))
  })

  test('a value without room is a quota error with a remedy, and the value before stays', async () => {
    const storage = indexedDbStorage(newName())
    await withRoomFor(500_000, async () => {
      await storage.put('key', bytes('kept'))
      const error = await storage.put('key', noise(2_000_000)).catch(reason => reason)
      expect(error).toMatchObject({ name: 'StorageError', code: 'storage/quota', key: 'key', retryable: false })
      expect(error.message).toMatch(/no room left.*Delete/)
      expect((await storage.get('key'))?.value).toEqual(bytes('kept'))
    })
  })

  test('what has expired is removed by later writes', async () => {
    const name = newName()
    const storage = indexedDbStorage(name, { now: clock.now })
    await storage.put('short', bytes('value'), { ttlSeconds: 1 })
    await clock.advance(1000)
    await storage.put('other', bytes('value'))
    const early = indexedDbStorage(name, { now: () => 0 })
    expect(await early.get('short')).toBeUndefined()
  })
})
