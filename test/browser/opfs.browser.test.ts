import { describe, expect, test } from 'vitest'
import { opfsStorage } from '../../browser/storage/opfs.ts'
import { nameOfKey } from '../../browser/storage/opfs-name.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeStorage } from '../contracts/storage-contract.ts'
import { noise, withRoomFor } from './with-room-for.ts'

const clock = testClock()
let stores = 0

const newName = (): string => {
  stores += 1
  return `test ${stores} ${Math.random()}/../x`
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const folderOf = async (name: string): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(`kkachi-${encodeURIComponent(name)}`)

const keysOf = async (keys: AsyncIterable<string>): Promise<string[]> => {
  const seen: string[] = []
  for await (const key of keys) seen.push(key)
  return seen
}

describeStorage('opfsStorage', {
  make: () => opfsStorage(newName(), { now: clock.now }),
  passASecond: () => clock.advance(1000),
})

describe('opfsStorage', () => {
  test('two stores of one name are one store, and each version has one winner', async () => {
    const name = newName()
    const [one, other] = [opfsStorage(name), opfsStorage(name)]
    const wins = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).putIf('key', bytes(`${index}`), undefined)),
    )
    expect(wins.filter(won => won)).toHaveLength(1)
    expect((await one.get('key'))?.value).toEqual((await other.get('key'))?.value)
  })

  test('names are encoded, or hashed where they would be too long', async () => {
    expect(await nameOfKey('../a B')).toBe('_%2e%2e%2fa%20%42.kv')
    expect(await nameOfKey('Ä'.repeat(200))).toMatch(/^[0-9a-f]{64}\.hash$/)
  })

  test('a file that was cut, or is not ours, counts as absent', async () => {
    const name = newName()
    const storage = opfsStorage(name)
    await storage.put('cut', bytes('a value'))
    await storage.put('whole', bytes('a value'))
    const folder = await folderOf(name)
    for (const [file, text] of [
      [await nameOfKey('cut'), '{"key":"cut","version":"1","bytes":7}\na val'],
      ['notes.txt', 'not ours'],
      ['_%zz.kv', 'not ours'],
    ] as const) {
      const writable = await (await folder.getFileHandle(file, { create: true })).createWritable()
      await writable.write(text)
      await writable.close()
    }
    expect(await storage.get('cut')).toBeUndefined()
    expect(await keysOf(storage.list(''))).toEqual(['whole'])
    expect(await storage.putIf('cut', bytes('again'), undefined)).toBe(true)
  })

  test('what a writer began and did not end changes nothing', async () => {
    const name = newName()
    const storage = opfsStorage(name)
    await storage.put('key', bytes('old'))
    const file = await (await folderOf(name)).getFileHandle(await nameOfKey('key'))
    const writable = await file.createWritable()
    await writable.write('half of the new')
    expect((await storage.get('key'))?.value).toEqual(bytes('old'))
    await writable.abort()
    expect(await keysOf(storage.list(''))).toEqual(['key'])
  })

  test('a value without room is a quota error with a remedy, and the value before stays', async () => {
    await withRoomFor(500_000, async () => {
      const storage = opfsStorage(newName())
      await storage.put('key', bytes('kept'))
      const error = await storage.put('key', noise(2_000_000)).catch(reason => reason)
      expect(error).toMatchObject({ name: 'StorageError', code: 'storage/quota', key: 'key', retryable: false })
      expect(error.message).toMatch(/no room left.*Delete/)
      expect((await storage.get('key'))?.value).toEqual(bytes('kept'))
      await expect(storage.put('new', noise(2_000_000))).rejects.toMatchObject({ code: 'storage/quota' })
      expect(await storage.get('new')).toBeUndefined()
    })
  })
})

test.each(['replaced', 'deleted'] as const)('a file that is %s while it is read is read again', async how => {
  const storage = opfsStorage(newName())
  await storage.put('key', new Uint8Array(200_000).fill(1))
  const { getFile } = FileSystemFileHandle.prototype
  let looked = 0
  FileSystemFileHandle.prototype.getFile = async function () {
    const file = await getFile.call(this)
    looked += 1
    if (looked === 1) await (how === 'replaced' ? storage.put('key', bytes('anew')) : storage.delete('key'))
    return file
  }
  try {
    expect((await storage.get('key'))?.value).toEqual(how === 'replaced' ? bytes('anew') : undefined)
    expect(looked).toBe(how === 'replaced' ? 2 : 1)
  } finally {
    FileSystemFileHandle.prototype.getFile = getFile
  }
})
