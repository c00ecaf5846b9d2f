import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import * as disk from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { folderFileCache } from '../../../node/inference/folder-file-cache.ts'
import { addressFiles, type ModelFiles } from '../../../src/inference/index.ts'

const place = 'https://models.test/'
const name = 'onnx/model.onnx_data'
const mebibyte = 2 ** 20
const content = (seed: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(1.25 * mebibyte).map((_, at) => (at * 7 + (at >> 9) + seed) % 256)
const [before, after] = [content(1), content(2)]
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The file at its address, as fetch; what is asked for is noted. */
const served = (bytes: Uint8Array<ArrayBuffer>) => {
  const asked: number[] = []
  const fetched: typeof fetch = async (_, init) => {
    const from = Number(/^bytes=(\d+)-/.exec(new Headers(init?.headers).get('range') ?? '')?.[1] ?? 0)
    asked.push(bytes.length - from)
    const headers = { 'content-length': `${bytes.length - from}`, etag: '"x"' }
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }
    return new Response(
      bytes.subarray(from),
      from > 0 ? { status: 206, headers: { ...headers, ...range } } : { headers },
    )
  }
  return { asked, fetch: fetched }
}

/** What goes on until a moment: every change of the disk is one; a write is two, for it can stop in the middle. */
interface Life {
  left: number
  readonly moments: string[]
  readonly die: () => void
  written: number
  readonly isFull: boolean
}

const lives = new AsyncLocalStorage<Life>()
const never = new Promise<never>(() => {})

const isOver = (what: string): boolean => {
  const life = lives.getStore()
  if (life === undefined) return false
  if (life.left === 0) return true
  life.moments.push(what)
  life.left -= 1
  if (life.left === 0) life.die()
  return life.left === 0
}

/** A call that changes the disk; it never comes back to whoever has died. */
const mortal =
  <Given extends readonly unknown[], Answer>(what: string, call: (...given: Given) => Promise<Answer>) =>
  async (...given: Given): Promise<Answer> =>
    isOver(what) ? never : call(...given)

const mortalHandle = (handle: disk.FileHandle): disk.FileHandle =>
  new Proxy(handle, {
    get(target, key) {
      if (key === 'write') return (...given: [Uint8Array, number, number, number]) => mortalWrite(target, ...given)
      if (key === 'datasync') return mortal('datasync', () => target.datasync())
      const found: unknown = Reflect.get(target, key)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })

const mortalWrite = async (handle: disk.FileHandle, bytes: Uint8Array, from: number, length: number, at: number) => {
  const life = lives.getStore()
  if (isOver('write')) return never
  if (life?.isFull && at >= mebibyte) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const isHalf = isOver('half of a write')
  const answer = await handle.write(bytes, from, isHalf ? length >> 1 : length, at)
  if (life && !isHalf) life.written += answer.bytesWritten
  return isHalf ? never : answer
}

const mortalDisk = {
  ...disk,
  mkdir: mortal('mkdir', disk.mkdir),
  rename: mortal('rename', disk.rename),
  link: mortal('link', disk.link),
  rm: mortal('rm', disk.rm),
  rmdir: mortal('rmdir', disk.rmdir),
  writeFile: mortal('writeFile', disk.writeFile),
  copyFile: mortal('copyFile', disk.copyFile),
  open: async (path: string, flags: string | number) => mortalHandle(await mortal('open', disk.open)(path, flags)),
}

let mortalCache: typeof folderFileCache
let mortalFiles: typeof addressFiles

beforeAll(async () => {
  // Its locks and parts are those of a process that is gone.
  const pid = Object.getOwnPropertyDescriptor(process, 'pid') ?? {}
  vi.resetModules()
  vi.doMock('node:fs/promises', () => ({ ...mortalDisk, default: mortalDisk }))
  Object.defineProperty(process, 'pid', { value: 2 ** 30, configurable: true })
  try {
    mortalCache = (await import('../../../node/inference/folder-file-cache.ts')).folderFileCache
    mortalFiles = (await import('../../../src/inference/index.ts')).addressFiles
  } finally {
    Object.defineProperty(process, 'pid', pid)
    vi.doUnmock('node:fs/promises')
  }
}, 120_000)

afterAll(() => vi.resetModules())

interface Opened {
  readonly cache: ReturnType<typeof folderFileCache>
  readonly fetch: typeof fetch
}

const filesOf = (
  bytes: Uint8Array,
  { cache, fetch }: Opened,
  open = addressFiles,
  told = (_: Error) => {},
): ModelFiles =>
  open(place, { cache, fetch, sha256: { [name]: sha256Of(bytes) }, random: () => 0, onCacheFailure: told })

/** A folder that has the file before. */
const newFolder = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'kkachi-killed-'))
  await filesOf(before, { cache: folderFileCache(folder), fetch: served(before).fetch }).locate?.(name)
  return folder
}

/** Brings the file after until a moment; 0 for all of it. */
const lifeUntil = async (moment: number, folder: string, isFull = false, told?: (error: Error) => void) => {
  let die = (): void => {}
  const death = new Promise<'killed'>(resolve => {
    die = () => resolve('killed')
  })
  const life: Life = { left: moment === 0 ? Number.POSITIVE_INFINITY : moment, moments: [], die, written: 0, isFull }
  const opened = { cache: mortalCache(folder), fetch: served(after).fetch }
  const living = lives.run(life, async () => filesOf(after, opened, mortalFiles, told).locate?.(name))
  return { life, ended: await Promise.race([living, death]) }
}

describe('a download that ends at any moment', () => {
  test('by death leaves the file before or after, and what was on the disk does not come again', async () => {
    const { life } = await lifeUntil(0, await newFolder())
    expect(life.written).toBe(after.length)
    for (const kind of ['mkdir', 'open', 'write', 'half of a write', 'datasync', 'link', 'rename', 'rm', 'writeFile']) {
      expect(life.moments).toContain(kind)
    }
    for (let moment = 1; moment <= life.moments.length; moment += 1) {
      const folder = await newFolder()
      const killed = await lifeUntil(moment, folder)
      const cache = folderFileCache(folder)
      const kept = await cache.find(`address ${place}${name}`)
      const { asked, fetch } = served(after)
      const located = await filesOf(after, { cache, fetch }).locate?.(name)
      const came = asked.reduce((sum, bytes) => sum + bytes, 0)
      expect({
        ...{ moment, what: life.moments[moment - 1], ended: killed.ended },
        isBeforeOrAfter: [sha256Of(before), sha256Of(after)].includes(kept?.sha256 ?? ''),
        isAfter: sha256Of(readFileSync(located?.path ?? '')) === sha256Of(after),
        goesOn: came <= after.length - killed.life.written,
      }).toEqual({
        ...{ moment, what: life.moments[moment - 1], ended: 'killed' },
        ...{ isBeforeOrAfter: true, isAfter: true, goesOn: true },
      })
    }
  }, 600_000)

  test('by a full disk is told, leaves the file before, and goes on once there is room', async () => {
    const folder = await newFolder()
    const told: unknown[] = []
    const { ended } = await lifeUntil(0, folder, true, error => told.push(error))
    expect(ended).toBeUndefined()
    expect(told).toMatchObject([
      { code: 'storage/quota', message: expect.stringMatching(/no room .*ENOSPC.*Free some/) },
    ])
    const cache = folderFileCache(folder)
    expect(await cache.find(`address ${place}${name}`)).toMatchObject({ sha256: sha256Of(before) })
    const { asked, fetch } = served(after)
    const located = await filesOf(after, { cache, fetch }).locate?.(name)
    expect(asked).toEqual([after.length - mebibyte])
    expect(sha256Of(readFileSync(located?.path ?? ''))).toBe(sha256Of(after))
  })
})
