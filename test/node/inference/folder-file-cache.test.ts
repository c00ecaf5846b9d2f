import { createHash } from 'node:crypto'
import {
  appendFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderFileCache } from '../../../node/inference/folder-file-cache.ts'
import { fileSystemStorage } from '../../../node/storage/file-system.ts'
import { type FileCache, type FilePlace, storedFileCache } from '../../../src/inference/index.ts'
import { describeFileCache } from '../../contracts/file-cache-contract.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'kkachi-files-'))
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const content = (length: number, seed = 1): Uint8Array<ArrayBuffer> =>
  new Uint8Array(length).map((_, at) => (at * 7 + seed) % 251)
const weights: FilePlace = { folder: 'a model, one', name: 'onnx/model.onnx_data' }

/** Keeps a file as downloads do. */
const kept = async (cache: FileCache, key: string, bytes: Uint8Array<ArrayBuffer>, place?: FilePlace) => {
  const part = await cache.part(key, place)
  await part.begin('one')
  await part.append(bytes)
  await part.commit(sha256Of(bytes))
  await part.close?.()
}

const filesIn = (folder: string, below: string): readonly string[] =>
  readdirSync(join(folder, below), { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))

describeFileCache('folderFileCache', {
  make: async () => {
    const folder = newFolder()
    return { cache: folderFileCache(folder), again: () => folderFileCache(folder) }
  },
})

describeFileCache('storedFileCache in a folder', {
  make: async () => {
    const folder = newFolder()
    const open = () => storedFileCache({ storage: fileSystemStorage(folder), pieceBytes: 1000 })
    return { cache: open(), again: open }
  },
})

describe('folderFileCache', () => {
  test('says where a whole file lies, under its own name beside others of its folder', async () => {
    const folder = newFolder()
    const cache = folderFileCache(folder)
    await kept(cache, 'data', content(1_200_000), weights)
    await kept(cache, 'more', content(10), { ...weights, name: 'onnx/model.onnx_data_1' })
    const located = await cache.locate?.('data', weights)
    const more = await cache.locate?.('more', { ...weights, name: 'onnx/model.onnx_data_1' })
    expect(located?.bytes).toBe(1_200_000)
    expect(located?.path.endsWith(join('onnx', 'model.onnx_data'))).toBe(true)
    expect(dirname(more?.path ?? '')).toBe(dirname(located?.path ?? ''))
    expect(sha256Of(readFileSync(located?.path ?? ''))).toBe(sha256Of(content(1_200_000)))
    expect(await cache.locate?.('absent', weights)).toBeUndefined()
    expect(filesIn(folder, 'parts')).toEqual([])
  })

  test('the same file of another version lies where that version does, and the path told before still leads to it', async () => {
    const cache = folderFileCache(newFolder())
    await kept(cache, 'data', content(2000), weights)
    const before = await cache.locate?.('data', weights)
    const after = await cache.locate?.('data', { ...weights, folder: 'a model, two' })
    expect(after?.path).not.toBe(before?.path)
    for (const one of [before, after]) expect(new Uint8Array(readFileSync(one?.path ?? ''))).toEqual(content(2000))
    expect(await cache.read('data')).toEqual(content(2000))
  })

  test('another file of that name has another path, and the one before is gone', async () => {
    const folder = newFolder()
    const cache = folderFileCache(folder)
    await kept(cache, 'data', content(2000), weights)
    const before = await cache.locate?.('data', weights)
    const next = { ...weights, folder: 'a model, two' }
    await kept(cache, 'data', content(2000, 2), next)
    expect((await cache.locate?.('data', next))?.path).not.toBe(before?.path)
    expect(filesIn(folder, 'files')).toHaveLength(1)
  })

  test.each([
    ['was cut', (path: string) => truncateSync(path, 1500), false],
    ['grew', (path: string) => appendFileSync(path, 'more'), false],
    ['has other bytes', (path: string) => writeFileSync(path, content(2000, 2)), false],
    ['is gone', (path: string) => rmSync(path), false],
    ['has another time', (path: string) => utimesSync(path, 1, 1), true],
    [
      'was copied',
      (path: string) => {
        writeFileSync(`${path}.copy`, readFileSync(path))
        renameSync(`${path}.copy`, path)
      },
      true,
    ],
  ])('a file that %s is hashed again before it counts', async (_, change, isThere) => {
    const folder = newFolder()
    const cache = folderFileCache(folder)
    await kept(cache, 'data', content(2000), weights)
    change((await cache.locate?.('data', weights))?.path ?? '')
    for (const one of [cache, folderFileCache(folder)]) {
      expect((await one.find('data')) !== undefined).toBe(isThere)
      expect((await one.read('data')) !== undefined).toBe(isThere)
      expect((await one.locate?.('data', weights)) !== undefined).toBe(isThere)
    }
    await kept(cache, 'data', content(2000), weights)
    expect(await folderFileCache(folder).read('data')).toEqual(content(2000))
  })

  test('stays within its bound, and drops what nobody names once it is old', async () => {
    const folder = newFolder()
    let now = 0
    const cache = folderFileCache(folder, { maxBytes: 2500, now: () => ++now })
    await kept(cache, 'a', content(1000))
    await kept(cache, 'b', content(1000))
    await cache.locate?.('a', weights)
    const [young, old] = [join(folder, 'parts', 'young'), join(folder, 'files', 'old')]
    for (const lost of [young, old]) writeFileSync(lost, 'x')
    await kept(cache, 'c', content(600))
    const there = await Promise.all(['a', 'b', 'c'].map(async key => (await cache.find(key)) !== undefined))
    expect(there).toEqual([true, false, true])
    await kept(cache, 'too large', content(2501))
    expect(await cache.find('too large')).toBeUndefined()
    expect(filesIn(folder, 'parts')).toEqual([join('parts', 'young')])
    expect(cache.maxBytes).toBe(2500)
  })

  test.each([0, 1.5, Number.NaN])('a bound of %s is refused', maxBytes => {
    expect(() => folderFileCache(newFolder(), { maxBytes })).toThrow(/Expected maxBytes to be a whole/)
  })

  test('two that bring a file at once write apart, each on from what was there', async () => {
    const folder = newFolder()
    const [one, other] = [folderFileCache(folder), folderFileCache(folder)]
    const first = await one.part('data', weights)
    await first.begin('one')
    await first.append(content(1000))
    await first.pause()
    const second = await other.part('data', weights)
    expect([second.tag, second.loaded]).toEqual(['one', 1000])
    await second.append(new Uint8Array(1000)) // wrong bytes, in its own copy
    await second.pause()
    await first.append(content(2000).slice(1000))
    expect(await first.digest?.('SHA-256')).toBe(sha256Of(content(2000)))
    await first.commit(sha256Of(content(2000)))
    await second.discard()
    expect(await other.read('data')).toEqual(content(2000))
    expect(filesIn(folder, 'parts')).toEqual([])
  })
})

describe('what was kept in pieces', () => {
  const pieces = (folder: string) => storedFileCache({ storage: fileSystemStorage(folder), pieceBytes: 1000 })
  const piecesLeft = (folder: string) => readdirSync(folder).filter(name => name.startsWith('_'))

  test('becomes a plain file when it is asked for', async () => {
    const folder = newFolder()
    await kept(pieces(folder), 'data', content(4321))
    const cache = folderFileCache(folder)
    const located = await cache.locate?.('data', weights)
    expect(new Uint8Array(readFileSync(located?.path ?? ''))).toEqual(content(4321))
    expect(await cache.find('data')).toEqual({ tag: 'one', bytes: 4321, sha256: sha256Of(content(4321)) })
    expect(piecesLeft(folder)).toEqual([])
  })

  test('and is damaged, or came in part, is dropped', async () => {
    const folder = newFolder()
    await kept(pieces(folder), 'data', content(4321))
    const [piece = ''] = piecesLeft(folder).filter(name => name.includes('piece'))
    const bytes = readFileSync(join(folder, piece))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(join(folder, piece), bytes)
    const part = await pieces(folder).part('half')
    await part.begin('one')
    await part.append(content(1500))
    await part.pause()
    const cache = folderFileCache(folder)
    expect(await cache.find('data')).toBeUndefined()
    expect((await cache.part('half')).loaded).toBe(0)
    expect(piecesLeft(folder)).toEqual([])
  })

  test('counts in the bound, and goes first', async () => {
    const folder = newFolder()
    await kept(pieces(folder), 'data', content(4321))
    const cache = folderFileCache(folder, { maxBytes: 6000 })
    await kept(cache, 'other', content(600))
    expect(await cache.find('data')).toBeDefined()
    await kept(pieces(folder), 'older', content(4321))
    await kept(cache, 'another', content(60))
    expect(piecesLeft(folder)).toEqual([])
    expect(await cache.find('other')).toBeDefined()
  })
})

describe('security 25: of a cache in a folder', () => {
  const outside = (): string => {
    const folder = newFolder()
    writeFileSync(join(folder, 'secret'), content(2000))
    return folder
  }
  const refusal = (work: Promise<unknown> | undefined): Promise<string> =>
    (work ?? Promise.resolve()).then(
      () => 'nothing was refused',
      error => `${error.code}`,
    )

  test('names lead nowhere else', async () => {
    const folder = newFolder()
    const cache = folderFileCache(folder)
    await kept(cache, '../../key', content(20))
    expect(await cache.read('../../key')).toEqual(content(20))
    expect(readdirSync(join(folder, '..'))).not.toContain('key')
    for (const name of ['../x', '/etc/passwd', 'a/../../x', 'C:\\x', '']) {
      expect(await refusal(cache.part('key', { folder: 'x', name }))).toBe('runtime/model-files')
      expect(await refusal(cache.locate?.('../../key', { folder: 'x', name }))).toBe('runtime/model-files')
    }
  })

  test('a link in place of a file is neither read nor told nor written through', async () => {
    const [folder, away] = [newFolder(), outside()]
    const cache = folderFileCache(folder)
    await kept(cache, 'data', content(2000), weights)
    const { path = '' } = (await cache.locate?.('data', weights)) ?? {}
    rmSync(path)
    symlinkSync(join(away, 'secret'), path)
    for (const work of [cache.find('data'), cache.read('data'), cache.locate?.('data', weights)]) {
      expect(await refusal(work)).toBe('storage/unavailable')
    }
    // What comes takes the place of the link, and not of what it leads to.
    await kept(cache, 'data', content(2000, 2), weights)
    expect(lstatSync(path).isSymbolicLink()).toBe(false)
    expect(new Uint8Array(readFileSync(join(away, 'secret')))).toEqual(content(2000))
  })

  test('a second name of a file from elsewhere does not count, whatever it holds', async () => {
    const [folder, away] = [newFolder(), outside()]
    const cache = folderFileCache(folder)
    await kept(cache, 'data', content(2000), weights)
    const { path = '' } = (await cache.locate?.('data', weights)) ?? {}
    rmSync(path)
    linkSync(join(away, 'secret'), path)
    expect(await cache.find('data')).toBeUndefined()
    expect(await cache.locate?.('data', weights)).toBeUndefined()
  })

  test.each(['files', 'parts', 'records', 'records/.tmp', 'records/.locks', 'of a model'])(
    'a link in place of the folder %s is not followed',
    async which => {
      const [folder, away] = [newFolder(), outside()]
      const cache = folderFileCache(folder)
      await kept(cache, 'data', content(2000), weights)
      const { path = '' } = (await cache.locate?.('data', weights)) ?? {}
      const place = which === 'of a model' ? dirname(path) : join(folder, which)
      rmSync(place, { recursive: true })
      symlinkSync(away, place)
      const before = readdirSync(away)
      expect(await refusal(kept(folderFileCache(folder), 'data', content(2000, 2), weights))).toBe(
        'storage/unavailable',
      )
      expect(readdirSync(away)).toEqual(before)
      expect(statSync(join(away, 'secret')).size).toBe(2000)
    },
  )

  test('links in place of records and parts are not read', async () => {
    const [folder, away] = [newFolder(), outside()]
    const cache = folderFileCache(folder)
    const part = await cache.part('data', weights)
    await part.begin('one')
    await part.append(content(100))
    await part.pause()
    await part.close?.()
    const [came = ''] = filesIn(folder, 'parts')
    rmSync(join(folder, came))
    symlinkSync(join(away, 'secret'), join(folder, came))
    expect(await refusal(folderFileCache(folder).part('data', weights))).toBe('storage/unavailable')
    const [record = ''] = filesIn(folder, 'records').filter(name => basename(name).startsWith('_part'))
    rmSync(join(folder, record))
    symlinkSync(join(away, 'secret'), join(folder, record))
    expect(await refusal(folderFileCache(folder).part('data', weights))).toBe('storage/unavailable')
  })

  test('records that lie about size, name or folder are none', async () => {
    for (const lie of [{ bytes: 2 ** 60 }, { name: '../../secret' }, { folder: '..' }, { bytes: 1999 }]) {
      const folder = newFolder()
      const cache = folderFileCache(folder)
      await kept(cache, 'data', content(2000), weights)
      mkdirSync(join(folder, 'spare'))
      const storage = fileSystemStorage(join(folder, 'records'))
      for await (const name of storage.list('whole/')) {
        const found = JSON.parse(new TextDecoder().decode((await storage.get(name))?.value))
        await storage.put(name, new TextEncoder().encode(JSON.stringify({ ...found, state: '', ...lie })))
      }
      expect(await cache.find('data')).toBeUndefined()
      expect(await cache.read('data')).toBeUndefined()
    }
  })
})
